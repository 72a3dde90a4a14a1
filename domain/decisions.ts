import { isMarkClip } from "./ids.ts";
import type { Review } from "./model.ts";

/** What an editor decided about a moment, stored apart from the clips because those are computed again. */
export interface Decision {
  /** The clip's id when it was decided. */
  clip: string;
  /** What the moment was, wall clock without padding, milliseconds since the epoch. */
  startMs: number;
  endMs: number;
  /** A deleted clip stays away. */
  verdict: Review | "deleted";
  /** The id of the person whom it shows instead of the one who was recognised. */
  subject?: string | undefined;
  /** Milliseconds since the epoch. */
  decidedAtMs: number;
}

/** A range of wall-clock time, milliseconds since the epoch. */
interface Range {
  startMs: number;
  endMs: number;
}

/**
 * The decision that holds for a moment: the one made about this very clip, or else one that, with those that say the
 * same, covers at least half of the moment. So it still holds when the recording is analysed again and the moment
 * begins elsewhere, falls apart, joins its neighbour, or grew across a recording's border. Of several, the one that is
 * most like the moment, then the latest. A mark's clip never becomes another one: for it, only a decision about itself
 * holds.
 */
export function decisionFor(clip: { id: string; seen: Range }, decisions: readonly Decision[]): Decision | undefined {
  const own = decisions.find((decision) => decision.clip === clip.id);
  if (own !== undefined || isMarkClip(clip.id)) return own;
  const others = decisions.filter((decision) => !isMarkClip(decision.clip));
  const agreeing = Map.groupBy(others, ({ verdict, subject = "" }) => `${verdict} ${subject}`);
  return [...agreeing.values()]
    .filter((group) => 2 * coveredMs(clip.seen, group) >= clip.seen.endMs - clip.seen.startMs)
    .flat()
    .map((decision) => ({ decision, share: shareOf(clip.seen, decision) }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || b.decision.decidedAtMs - a.decision.decidedAtMs)[0]?.decision;
}

/** How much of `whole` the ranges cover together. */
function coveredMs(whole: Range, ranges: readonly Range[]): number {
  let coveredMs = 0;
  let reachedMs = whole.startMs;
  for (const { startMs, endMs } of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const toMs = Math.min(endMs, whole.endMs);
    coveredMs += Math.max(0, toMs - Math.max(startMs, reachedMs));
    reachedMs = Math.max(reachedMs, toMs);
  }
  return coveredMs;
}

/** What the two have in common, as a part of what they span together. */
function shareOf(a: Range, b: Range): number {
  const common = Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
  const span = Math.max(a.endMs, b.endMs) - Math.min(a.startMs, b.startMs);
  return common <= 0 || span <= 0 ? 0 : common / span;
}

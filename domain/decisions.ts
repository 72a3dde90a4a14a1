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
  /** Milliseconds since the epoch. */
  decidedAtMs: number;
}

/**
 * The decision that holds for a moment: the one made about this very clip, or else about a moment that is mostly the
 * same (what they share is at least half of what they span together), which happens when a clip grew across a
 * recording's border and so got another id. Of several, the one that shares most, then the latest.
 */
export function decisionFor(
  clip: { id: string; seen: { startMs: number; endMs: number } },
  decisions: Decision[],
): Decision | undefined {
  const own = decisions.find((decision) => decision.clip === clip.id);
  if (own !== undefined) return own;
  return decisions
    .map((decision) => ({ decision, share: shareOf(clip.seen, decision) }))
    .filter(({ share }) => share >= 0.5)
    .sort((a, b) => b.share - a.share || b.decision.decidedAtMs - a.decision.decidedAtMs)[0]?.decision;
}

function shareOf(a: { startMs: number; endMs: number }, b: { startMs: number; endMs: number }): number {
  const common = Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
  const span = Math.max(a.endMs, b.endMs) - Math.min(a.startMs, b.startMs);
  return common <= 0 || span <= 0 ? 0 : common / span;
}

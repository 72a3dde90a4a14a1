import { faceScore } from "./appearances.ts";
import { clipId, parseRecordingId, recordingId } from "./ids.ts";
import type { Appearance, Clip, ClipPiece, Placement } from "./model.ts";
import { abuts, endOf } from "./placement.ts";
import { isStandby } from "./standby.ts";
import { posterKey } from "./vod-keys.ts";

/** How clips follow from appearances. */
export interface ClipRules {
  /** Added before the first and after the last appearance. */
  paddingMs: number;
  /** Appearances at most this far apart are one moment. */
  gapMs: number;
  /** Shorter moments are dropped; measured without the padding. */
  minMs: number;
}

/** A clip before it is joined with the subject's name and with what an editor decided about it. */
export type Moment = Omit<Clip, "subject" | "review"> & {
  /** From the first to the last appearance, without padding: what the moment is, whatever the rules. */
  seen: { startMs: number; endMs: number };
};

/**
 * No clip is made longer, padding aside: someone who never leaves the picture gets consecutive clips. What all of a
 * long broadcast would need also fits no DynamoDB item (400 KB).
 */
const longestMomentMs = 10 * 60_000;

/**
 * No clip is longer, padding included: an appearance ends with its recording, which has an hour at most
 * (`rolloverSeconds`).
 */
export const longestClipMs = 70 * 60_000;

/** What two pipelines show of one moment may differ by this much: their clocks and their frames do. */
export const pipelinesApartMs = 1_000;

/** What is known of one subject in one broadcast. */
export interface Sightings {
  channel: string;
  broadcast: string;
  /** Subject id. */
  subject: string;
  /** Where the broadcast's recordings are in time. */
  timeline: Placement[];
  /** All appearances of the subject in the broadcast, in any order. */
  appearances: Appearance[];
}

interface Placed {
  appearance: Appearance;
  number: number;
  /** Of its recording. */
  durationMs: number;
  /** Wall clock, milliseconds since the epoch. */
  startMs: number;
  endMs: number;
}

/**
 * The subject's clips in a broadcast, oldest first: appearances that lie close together, also across recordings, become
 * one moment, padded but never beyond what was recorded. Depends only on its arguments, so indexing recordings
 * in any order ends with the same clips. Appearances in recordings that are not placed yet are left out, and so are
 * those of the second pipeline that the first shows, too.
 */
export function clipsFrom(sightings: Sightings, rules: ClipRules): Moment[] {
  const placements = new Map(sightings.timeline.map((placement) => [placement.number, placement]));
  return groupsOf(placedOf(sightings.appearances, placements), rules.gapMs)
    .filter((group) => Math.max(...group.map(({ endMs }) => endMs)) - group[0]!.startMs >= rules.minMs)
    .map((group) => momentOf(group, sightings, placements, rules));
}

function placedOf(appearances: Appearance[], placements: Map<number, Placement>): Placed[] {
  const placed = appearances
    .flatMap((appearance) => {
      const number = parseRecordingId(appearance.recording)?.number;
      const placement = number === undefined ? undefined : placements.get(number);
      if (number === undefined || placement === undefined) return [];
      return [
        {
          appearance,
          number,
          durationMs: placement.durationMs,
          startMs: placement.startMs + appearance.startMs,
          endMs: placement.startMs + appearance.endMs,
        },
      ];
    })
    .sort((a, b) => a.number - b.number || a.appearance.startMs - b.appearance.startMs);
  const [first, second] = [placed.filter(({ number }) => !isStandby(number)), placed.filter(isOfStandby)];
  return [...first, ...second.flatMap((one) => without(first, one))];
}

function isOfStandby({ number }: Placed): boolean {
  return isStandby(number);
}

/** The parts of an appearance in which none of the others is. */
function without(others: Placed[], whole: Placed): Placed[] {
  const parts: Placed[] = [];
  let { startMs } = whole;
  const add = (endMs: number): void => {
    if (startMs === whole.startMs && endMs === whole.endMs) parts.push(whole);
    else if (endMs - startMs >= pipelinesApartMs) parts.push(partOf(whole, startMs, endMs));
  };
  for (const other of others.filter((one) => one.endMs > whole.startMs && one.startMs < whole.endMs)) {
    if (other.startMs > startMs) add(other.startMs);
    startMs = Math.max(startMs, other.endMs);
  }
  if (startMs < whole.endMs) add(whole.endMs);
  return parts;
}

function partOf(whole: Placed, startMs: number, endMs: number): Placed {
  const [from, to] = [startMs - whole.startMs, endMs - whole.startMs];
  const { appearance } = whole;
  return {
    ...whole,
    startMs,
    endMs,
    appearance: { ...appearance, startMs: appearance.startMs + from, endMs: appearance.startMs + to },
  };
}

function groupsOf(placed: Placed[], gapMs: number): Placed[][] {
  const groups: Placed[][] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const next of placed) {
    const current = groups.at(-1);
    const fits = current !== undefined && next.endMs - current[0]!.startMs <= longestMomentMs;
    if (fits && next.startMs - endMs <= gapMs && !isCut(current.at(-1)!, next)) current.push(next);
    else groups.push([next]);
    endMs = current === groups.at(-1) ? Math.max(endMs, next.endMs) : next.endMs;
  }
  return groups;
}

/**
 * Whether a cut lies between the two. What a cut to nobody else would join is one appearance already. From one
 * pipeline's recordings to the other's is a cut, too.
 */
function isCut(before: Placed, after: Placed): boolean {
  if (isOfStandby(before) !== isOfStandby(after)) return true;
  const [{ shotEndMs }, { shotStartMs }] = [before.appearance, after.appearance];
  if (before.number === after.number) return shotEndMs !== undefined && shotEndMs <= after.appearance.startMs;
  return (shotEndMs !== undefined && shotEndMs < before.durationMs) || (shotStartMs !== undefined && shotStartMs > 0);
}

function momentOf(group: Placed[], sightings: Sightings, placements: Map<number, Placement>, rules: ClipRules): Moment {
  const { channel, broadcast, subject } = sightings;
  const first = group[0]!;
  const last = group.reduce((best, next) => (next.endMs > best.endMs ? next : best));
  const pieces = piecesOf(first, last, placements, rules.paddingMs).map(({ number, startMs, endMs }) => ({
    recording: recordingId({ channel, broadcast, number }),
    startMs,
    endMs,
    number,
  }));
  const wallClock = (number: number, offsetMs: number): string =>
    new Date(placements.get(number)!.startMs + offsetMs).toISOString();
  const head = pieces[0]!;
  const tail = pieces.at(-1)!;
  const best = group.reduce((a, b) => (faceScore(b.appearance) > faceScore(a.appearance) ? b : a));
  const bestIn = { channel, broadcast, number: best.number };
  return {
    id: clipId({ channel, broadcast, subject, number: first.number, startMs: first.appearance.startMs }),
    channel,
    broadcast,
    start: wallClock(head.number, head.startMs),
    end: wallClock(tail.number, tail.endMs),
    durationMs: pieces.reduce((sum, piece) => sum + piece.endMs - piece.startMs, 0),
    similarity: Math.max(...group.map(({ appearance }) => appearance.similarity)),
    poster: `/${posterKey(bestIn, best.appearance, placements.get(best.number)!.durationMs)}`,
    pieces: pieces.map(({ recording, startMs, endMs }): ClipPiece => ({ recording, startMs, endMs })),
    appearances: group.map(({ appearance }) => appearance),
    seen: { startMs: first.startMs, endMs: last.endMs },
  };
}

/**
 * The ranges to play, by recording number, in order. Padding reaches into a neighbour only where that abuts, and never
 * across a cut.
 */
function piecesOf(
  first: Placed,
  last: Placed,
  placements: Map<number, Placement>,
  paddingMs: number,
): { number: number; startMs: number; endMs: number }[] {
  const pieces: { number: number; startMs: number; endMs: number }[] = [];
  const { startMs: seenFromMs, shotStartMs = 0 } = first.appearance;
  const { endMs: seenToMs, shotEndMs = last.durationMs } = last.appearance;
  for (let number = first.number; number <= last.number; number++) {
    const placement = placements.get(number);
    if (placement === undefined) continue;
    pieces.push({
      number,
      startMs: number === first.number ? Math.max(shotStartMs, seenFromMs - paddingMs) : 0,
      endMs: number === last.number ? Math.min(shotEndMs, seenToMs + paddingMs) : placement.durationMs,
    });
  }
  const firstPlacement = placements.get(first.number)!;
  const before = placements.get(first.number - 1);
  const leadMs = paddingMs - seenFromMs;
  // Where cuts are known, someone who is there from a recording's first frame on, but not before, came with a cut.
  const cameWithCut = first.appearance.shotStartMs !== undefined && seenFromMs === 0;
  if (leadMs > 0 && shotStartMs === 0 && !cameWithCut && before !== undefined && abuts(before, firstPlacement)) {
    const startMs = Math.max(before.lastCutMs ?? 0, before.durationMs - leadMs);
    if (startMs < before.durationMs) pieces.unshift({ number: before.number, startMs, endMs: before.durationMs });
  }
  const lastPlacement = placements.get(last.number)!;
  const after = placements.get(last.number + 1);
  const trailMs = last.endMs + paddingMs - endOf(lastPlacement);
  const wentWithCut = last.appearance.shotEndMs !== undefined && seenToMs >= last.durationMs;
  if (
    trailMs > 0 &&
    shotEndMs >= last.durationMs &&
    !wentWithCut &&
    after !== undefined &&
    abuts(lastPlacement, after)
  ) {
    const endMs = Math.min(after.firstCutMs ?? after.durationMs, trailMs);
    if (endMs > 0) pieces.push({ number: after.number, startMs: 0, endMs });
  }
  return pieces;
}

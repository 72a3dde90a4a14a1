import type { Placement } from "./model.ts";
import { nearest } from "./timecode.ts";

/**
 * How far a recording's estimate and its neighbour's edge may be apart and still be the same moment: the archive event
 * comes some seconds after the last frame, and not always equally many. More is a real gap (the stream was away), or an
 * estimate that must not spread its error.
 */
export const placementToleranceMs = 10_000;
/**
 * The archive event may come late, but never before the recording has ended: a timecode that says so by more than this
 * is not the time of day.
 */
const clockToleranceMs = 60_000;
/** How far exact edges may be apart and still be the same moment: a timecode counts whole frames. */
const exactToleranceMs = 250;

/** A converted recording whose place in its broadcast is asked for. */
export interface Unplaced {
  number: number;
  /** Time of the archive event, milliseconds since the epoch: the recording had ended by then. */
  archivedAtMs: number;
  durationMs: number;
  /** Time of day (UTC) of its first frame, milliseconds, if its timecode tells. */
  timeOfDayMs?: number | undefined;
}

/**
 * Where a recording is in wall-clock time. Its timecode tells exactly. Without one, it ended when it was archived,
 * unless that leaves no real gap to a known neighbour; then it abuts the neighbour, the previous one first. Works in
 * whichever order recordings complete.
 */
export function placeRecording(
  recording: Unplaced,
  neighbours: { previous?: Placement | undefined; next?: Placement | undefined },
): Placement {
  const { number, archivedAtMs, durationMs, timeOfDayMs } = recording;
  const { previous, next } = neighbours;
  const startMs = archivedAtMs - durationMs;
  const exactMs = timeOfDayMs === undefined ? undefined : nearest(timeOfDayMs, startMs);
  if (exactMs !== undefined && exactMs <= startMs + clockToleranceMs)
    return { number, startMs: exactMs, durationMs, isExact: true };
  if (previous !== undefined && Math.abs(startMs - endOf(previous)) <= placementToleranceMs) {
    return { number, startMs: endOf(previous), durationMs };
  }
  if (next !== undefined && Math.abs(next.startMs - archivedAtMs) <= placementToleranceMs) {
    return { number, startMs: next.startMs - durationMs, durationMs };
  }
  return { number, startMs, durationMs };
}

/** Whether `next` continues where `previous` ended: consecutive numbers and no gap beyond the tolerance. */
export function abuts(previous: Placement, next: Placement): boolean {
  const gapMs = next.startMs - endOf(previous);
  if (next.number !== previous.number + 1) return false;
  if (previous.isExact === true && next.isExact === true) return Math.abs(gapMs) <= exactToleranceMs;
  return gapMs <= placementToleranceMs;
}

/** When a placed recording ended, in milliseconds since the epoch. */
export function endOf(placement: Placement): number {
  return placement.startMs + placement.durationMs;
}

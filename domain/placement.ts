import type { Placement } from "./model.ts";

/**
 * How long a gap between a recording's own estimate and its neighbour's edge may be and still be none: the archive
 * event comes some seconds after the last frame, and not always equally many. A longer gap is a real one (the stream
 * was away). An overlap never is: it only says that the neighbour's event was the later one.
 */
export const placementToleranceMs = 10_000;

/** A converted recording whose place in its broadcast is asked for. */
export interface Unplaced {
  number: number;
  /** Time of the archive event, milliseconds since the epoch: the recording had ended by then. */
  archivedAtMs: number;
  durationMs: number;
}

/**
 * Where a recording is in wall-clock time: it ended when it was archived, unless that leaves no real gap to a known
 * neighbour; then it abuts the neighbour, the previous one first. Works in whichever order recordings complete.
 */
export function placeRecording(
  recording: Unplaced,
  neighbours: { previous?: Placement | undefined; next?: Placement | undefined },
): Placement {
  const { number, archivedAtMs, durationMs } = recording;
  const { previous, next } = neighbours;
  const startMs = archivedAtMs - durationMs;
  if (previous !== undefined && startMs - endOf(previous) <= placementToleranceMs) {
    return { number, startMs: endOf(previous), durationMs };
  }
  if (next !== undefined && next.startMs - archivedAtMs <= placementToleranceMs) {
    return { number, startMs: next.startMs - durationMs, durationMs };
  }
  return { number, startMs, durationMs };
}

/** Whether `next` continues where `previous` ended: consecutive numbers and no gap beyond the tolerance. */
export function abuts(previous: Placement, next: Placement): boolean {
  return next.number === previous.number + 1 && next.startMs - endOf(previous) <= placementToleranceMs;
}

/** When a placed recording ended, in milliseconds since the epoch. */
export function endOf(placement: Placement): number {
  return placement.startMs + placement.durationMs;
}

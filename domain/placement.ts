import type { Placement } from "./model.ts";

/**
 * How far a recording's own estimate may be from its neighbour's edge and still be the same moment: the archive event comes
 * some seconds after the last frame, and not always equally many. A longer gap is a real one (the stream was away).
 */
export const placementToleranceMs = 5000;

/** A converted recording whose place in its broadcast is asked for. */
export interface Unplaced {
  number: number;
  /** Time of the archive event, milliseconds since the epoch: the recording had ended by then. */
  archivedAtMs: number;
  durationMs: number;
}

/**
 * Where a recording is in wall-clock time: it ended when it was archived, unless that is within the tolerance of a known
 * neighbour's edge; then it abuts the neighbour, the previous one first. Works in whichever order recordings complete.
 */
export function placeRecording(recording: Unplaced, neighbours: { previous?: Placement | undefined; next?: Placement | undefined }): Placement {
  const { number, archivedAtMs, durationMs } = recording;
  const { previous, next } = neighbours;
  const startMs = archivedAtMs - durationMs;
  if (previous !== undefined && Math.abs(startMs - endOf(previous)) <= placementToleranceMs) {
    return { number, startMs: endOf(previous), durationMs };
  }
  if (next !== undefined && Math.abs(archivedAtMs - next.startMs) <= placementToleranceMs) {
    return { number, startMs: next.startMs - durationMs, durationMs };
  }
  return { number, startMs, durationMs };
}

/** Whether `next` goes on where `previous` ended: consecutive numbers and no gap beyond the tolerance. */
export function abuts(previous: Placement, next: Placement): boolean {
  return next.number === previous.number + 1 && Math.abs(next.startMs - endOf(previous)) <= placementToleranceMs;
}

/** When a placed recording ended, in milliseconds since the epoch. */
export function endOf(placement: Placement): number {
  return placement.startMs + placement.durationMs;
}

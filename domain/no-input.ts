/** A time in which a running channel had no input, as MediaLive's alert tells. Milliseconds since the epoch. */
export interface NoInput {
  fromMs: number;
  /** Absent while it lasts, as far as is known. */
  toMs?: number;
}

/** The alert that there is input again is known this long after the first picture at the latest. */
export const clearedWithinMs = 15_000;
/** Times of events are whole seconds, and the clocks of recordings and events may differ a little. */
const exactToleranceMs = 2_000;
/** How far a recording's time may be off that its timecode does not tell. */
const estimateToleranceMs = 10_000;

/**
 * Whether a recording certainly has no picture of an input: it lies wholly in this time, and long enough ago for the
 * alert's end to be known.
 */
export function hasNoInput(
  recording: { startMs: number; durationMs: number; isExact?: boolean },
  { fromMs, toMs }: NoInput,
  nowMs: number,
): boolean {
  const { startMs, durationMs, isExact } = recording;
  const tolerance = isExact === true ? exactToleranceMs : estimateToleranceMs;
  return startMs >= fromMs + tolerance && startMs + durationMs <= Math.min(toMs ?? nowMs, nowMs) - clearedWithinMs;
}

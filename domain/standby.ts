import type { NoInput } from "./no-input.ts";

/**
 * The recordings of a channel's second pipeline have the numbers from this on. At 10 s each, the first pipeline's reach
 * it after 57 days.
 */
export const firstStandbyNumber = 500_000;

/** How much later than its first picture is missing a pipeline's alert is set, at most, in milliseconds. */
const noticedWithinMs = 10_000;
/** How far two pipelines that start together may be apart, in milliseconds. */
const togetherMs = 2_000;

/** Whether a recording with this number is of the channel's second pipeline. */
export function isStandby(number: number): boolean {
  return number >= firstStandbyNumber;
}

/**
 * Whether a recording of the second pipeline may show what the first has not: it begins before the first pipeline's
 * first recording, or that had no input meanwhile. In doubt it may: what both show is one moment, see `clipsFrom`.
 */
export function mayBeNeeded(
  { startMs, durationMs }: { startMs: number; durationMs: number },
  first: { startMs?: number | undefined; noInput?: NoInput | undefined },
): boolean {
  if (first.startMs === undefined || startMs < first.startMs - togetherMs) return true;
  const { fromMs, toMs = Infinity } = first.noInput ?? { fromMs: Infinity };
  return startMs < toMs && startMs + durationMs > fromMs - noticedWithinMs;
}

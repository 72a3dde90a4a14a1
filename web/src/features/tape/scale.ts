/** A time without anything recorded, in milliseconds since the epoch. */
export interface Gap {
  start: number;
  end: number;
}

/** Where times are on a line: 0 is its begin, 1 its end. */
export interface Scale {
  at: (time: number) => number;
  /** The time at a place. Within a gap it is the end of the gap. */
  timeAt: (place: number) => number;
  gaps: readonly Gap[];
}

/** Shorter ones are what is lost while an encoder connects again. */
const LEAST_GAP_MS = 5_000;
/** The part of the line that a gap takes, and that all gaps together take at most. */
const GAP = 0.02;
const GAPS = 0.2;

/**
 * The scale of a line that shows only what was recorded. Each time between, however long, is a short gap.
 *
 * @param spans what was recorded, in milliseconds since the epoch, in any order.
 */
export function scaleOf(spans: readonly { start: number; end: number }[]): Scale {
  const inOrder = spans.toSorted((a, b) => a.start - b.start);
  const stretches: { start: number; end: number }[] = [];
  for (const { start, end } of inOrder) {
    const last = stretches.at(-1);
    if (last === undefined || start - last.end > LEAST_GAP_MS) stretches.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  const gaps = stretches.slice(1).map(({ start }, index) => ({ start: stretches[index]?.end ?? start, end: start }));
  const gap = Math.min(GAP, GAPS / Math.max(1, gaps.length));
  const recorded = stretches.reduce((sum, { start, end }) => sum + end - start, 0);
  const perMs = (1 - gaps.length * gap) / Math.max(1, recorded);

  const at = (time: number): number => {
    let place = 0;
    for (const [index, { start, end }] of stretches.entries()) {
      const before = gaps[index - 1];
      if (before !== undefined) {
        if (time < start) return place + (Math.max(0, time - before.start) / (start - before.start)) * gap;
        place += gap;
      }
      if (time <= end) return place + Math.max(0, time - start) * perMs;
      place += (end - start) * perMs;
    }
    return place;
  };
  const timeAt = (place: number): number => {
    let from = 0;
    for (const [index, { start, end }] of stretches.entries()) {
      if (index > 0) from += gap;
      const to = from + (end - start) * perMs;
      if (place <= to) return start + Math.max(0, place - from) / perMs;
      from = to;
    }
    return stretches.at(-1)?.end ?? 0;
  };
  return { at, timeAt, gaps };
}

/** A part of a playlist that is played, in milliseconds from the playlist's start. */
export interface Range {
  inMs: number;
  outMs: number;
}

/** How long ranges are together, in milliseconds. */
export const lengthOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { inMs, outMs }) => sum + outMs - inMs, 0);

/** How much of the ranges has been played when range `index` is at `mediaMs` of the playlist. */
export function positionAt(ranges: readonly Range[], index: number, mediaMs: number): number {
  const range = ranges[index];
  if (range === undefined) return lengthOf(ranges);
  return lengthOf(ranges.slice(0, index)) + Math.min(Math.max(0, mediaMs - range.inMs), range.outMs - range.inMs);
}

/** Where in the playlist a position within the ranges is; the end of the last one for positions beyond. */
export function placeAt(ranges: readonly Range[], positionMs: number): { index: number; mediaMs: number } {
  let rest = Math.max(0, positionMs);
  for (const [index, { inMs, outMs }] of ranges.entries()) {
    if (rest < outMs - inMs) return { index, mediaMs: inMs + rest };
    rest -= outMs - inMs;
  }
  return { index: ranges.length - 1, mediaMs: ranges.at(-1)?.outMs ?? 0 };
}

/** Cells of the barcode: 48 bits of epoch milliseconds, least significant first, in 3 rows of 16. */
const columns = 16;
const rows = 3;

/**
 * Burns `epochMs` into the top left 640x120 (of 1280x720) of a luma plane, as black and white cells that survive
 * scaling and compression.
 */
export function stampClock(luma: Uint8Array, width: number, height: number, epochMs: number): void {
  const cell = Math.floor(width / 32);
  const value = BigInt(epochMs);
  for (let bit = 0; bit < columns * rows; bit++) {
    const shade = (value >> BigInt(bit)) & 1n ? 235 : 16;
    const left = (bit % columns) * cell;
    const top = Math.floor(bit / columns) * cell;
    for (let y = top; y < top + cell && y < height; y++) luma.fill(shade, y * width + left, y * width + left + cell);
  }
}

/** The epoch milliseconds that {@link stampClock} burnt into a luma plane of any size with the same aspect ratio. */
export function readClock(luma: Uint8Array, width: number): number {
  const cell = width / 32;
  let value = 0n;
  for (let bit = 0; bit < columns * rows; bit++) {
    const x = Math.floor(((bit % columns) + 0.5) * cell);
    const y = Math.floor((Math.floor(bit / columns) + 0.5) * cell);
    if ((luma[y * width + x] ?? 0) > 125) value |= 1n << BigInt(bit);
  }
  return Number(value);
}

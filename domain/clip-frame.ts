import type { ClipPiece } from "./model.ts";
import { nearestFrame, posterIntervalMs } from "./vod-keys.ts";

/**
 * Which captured frame shows best what a clip shows at a position (in milliseconds from its in point): the nearest one
 * that lies within the piece that is played then, as the frame before or after may be another shot; where no frame
 * does, the time itself. A clip holds its last picture at its end. `undefined` for a clip without pieces.
 */
export function clipFrame(
  pieces: readonly ClipPiece[],
  positionMs: number,
): { recording: string; atMs: number } | undefined {
  let restMs = Math.max(0, positionMs);
  for (const [index, { recording, startMs, endMs }] of pieces.entries()) {
    const lengthMs = endMs - startMs;
    if (restMs >= lengthMs && index < pieces.length - 1) {
      restMs -= lengthMs;
      continue;
    }
    const atMs = startMs + Math.min(restMs, lengthMs);
    const frame = nearestFrame(atMs, startMs, endMs);
    return { recording, atMs: frame === undefined ? atMs : frame * posterIntervalMs };
  }
  return undefined;
}

import type { Recording } from "../api/types.ts";

/**
 * Which recording shows a time, in ms since the epoch, and how long after its start. Undefined until it is converted.
 */
export function recordedAt(
  recordings: readonly Recording[],
  timeMs: number,
): { recording: Recording; atMs: number } | undefined {
  for (const recording of recordings) {
    const { start, durationMs, frames } = recording;
    if (start === null || frames === null) continue;
    const atMs = Math.floor(timeMs - Date.parse(start));
    if (atMs >= 0 && atMs < (durationMs ?? 0)) return { recording, atMs };
  }
  return undefined;
}

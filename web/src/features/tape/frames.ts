import type { Recording } from "../../api/types.ts";
import type { Piece } from "./layout.ts";

/** The picture that was captured nearest to a time, in ms since the epoch; undefined where there is none (yet). */
export function frameAt(recordings: readonly Piece<Recording>[], timeMs: number): string | undefined {
  for (const { of } of recordings) {
    const { start, durationMs, frames } = of;
    if (start === null || frames === null) continue;
    const into = timeMs - Date.parse(start);
    if (into < 0 || into >= (durationMs ?? 0)) continue;
    const index = Math.min(Math.round(into / frames.everyMs), frames.count - 1);
    return frames.path.replace("{index}", String(index).padStart(7, "0"));
  }
  return undefined;
}

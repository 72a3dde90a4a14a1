import type { Recording } from "../../api/types.ts";
import { recordedAt } from "../../shared/recorded-at.ts";

/** The picture that was captured nearest to a time, in ms since the epoch; undefined where there is none (yet). */
export function frameAt(recordings: readonly Recording[], timeMs: number): string | undefined {
  const found = recordedAt(recordings, timeMs);
  const frames = found?.recording.frames;
  if (found === undefined || frames === null || frames === undefined) return undefined;
  const index = Math.min(Math.round(found.atMs / frames.everyMs), frames.count - 1);
  return frames.path.replace("{index}", String(index).padStart(7, "0"));
}

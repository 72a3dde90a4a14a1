import type { Channel, Recording } from "../../api/types.ts";

/**
 * When the broadcast that is on air began to show something, in milliseconds since the epoch; undefined until a
 * recording of it has a place in time. The channel may have run long before.
 */
export function firstPictureOf(recordings: readonly Recording[], channel: Channel | undefined): number | undefined {
  const runsSince = Date.parse(channel?.startedAt ?? "");
  let first: number | undefined;
  for (const { channel: of, state, start, durationMs } of recordings) {
    if (of !== channel?.id || state === "idle" || start === null) continue;
    const at = Date.parse(start);
    // Until this run has a recording, the list has those of the run before.
    if (at + (durationMs ?? 0) > runsSince && (first === undefined || at < first)) first = at;
  }
  return first;
}

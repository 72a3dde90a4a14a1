import type { Channel, Recording } from "../../api/types.ts";

/**
 * When a broadcast, usually that on air, began to show something; undefined until a recording of it has a place in
 * time. The channel may have run long before: since `runsSince`. Both are milliseconds since the epoch.
 */
export function firstPictureOf(
  recordings: readonly Recording[],
  channel: Channel | undefined,
  runsSince = Date.parse(channel?.startedAt ?? ""),
): number | undefined {
  let first: number | undefined;
  for (const { channel: of, state, start, durationMs } of recordings) {
    if (of !== channel?.id || state === "idle" || start === null) continue;
    const at = Date.parse(start);
    // Until this run has a recording, the list has those of the run before.
    if (at + (durationMs ?? 0) > runsSince && (first === undefined || at < first)) first = at;
  }
  return first;
}

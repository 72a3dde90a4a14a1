import { broadcastStartMs } from "../domain/ids.ts";
import type { TimeRange } from "../domain/marks.ts";
import type { Item } from "./item.ts";
import { text } from "./item.ts";
import { channelRecordings } from "./recording-items.ts";
import type { Table } from "./table.ts";

/**
 * How far a recording may start before its broadcast, whose name has whole seconds and whose first recording is placed
 * by estimate.
 */
export const broadcastSlackMs = 60_000;

/**
 * The broadcasts of a channel that may have recorded a part of the range, newest first: those that began before its
 * end, up to the one that began before its start. Broadcasts of a channel don't overlap.
 */
export async function broadcastsIn(table: Table, channel: string, { startMs, endMs }: TimeRange): Promise<string[]> {
  const broadcasts: string[] = [];
  // Recordings are sorted by broadcast and number: `20261122T180000#000012#main`.
  let before = `${nameOf(endMs + broadcastSlackMs)}$`;
  for (;;) {
    const newest = await newestBefore(table, channel, before);
    if (newest === undefined) return broadcasts;
    const broadcast = text(newest, "broadcast");
    broadcasts.push(broadcast);
    if (broadcastStartMs(broadcast) <= startMs - broadcastSlackMs) return broadcasts;
    before = `${broadcast}#`;
  }
}

async function newestBefore(table: Table, channel: string, before: string): Promise<Item | undefined> {
  const { items } = await table.query({
    IndexName: "gsi1",
    KeyConditionExpression: "gsi1pk = :pk AND gsi1sk < :before",
    ExpressionAttributeValues: { ":pk": channelRecordings(channel), ":before": before },
    ScanIndexForward: false,
    Limit: 1,
  });
  return items[0];
}

/** The name of a broadcast that begins then. */
function nameOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "");
}

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
  for await (const newest of newestRecordings(table, channel, `${nameOf(endMs + broadcastSlackMs)}$`)) {
    const broadcast = text(newest, "broadcast");
    broadcasts.push(broadcast);
    if (broadcastStartMs(broadcast) <= startMs - broadcastSlackMs) break;
  }
  return broadcasts;
}

/**
 * The newest recording of each broadcast of a channel, newest first, those before this sort key: one query for each
 * that is asked for, however many recordings it has. Recordings are sorted by broadcast and number:
 * `20261122T180000#000012#main`.
 */
export async function* newestRecordings(
  table: Pick<Table, "query">,
  channel: string,
  before: string,
): AsyncGenerator<Item, undefined> {
  for (let end = before; ;) {
    const { items } = await table.query({
      IndexName: "gsi1",
      KeyConditionExpression: "gsi1pk = :pk AND gsi1sk < :before",
      ExpressionAttributeValues: { ":pk": channelRecordings(channel), ":before": end },
      ScanIndexForward: false,
      Limit: 1,
    });
    const [newest] = items;
    if (newest === undefined) return undefined;
    yield newest;
    end = `${text(newest, "broadcast")}#`;
  }
}

/** The name of a broadcast that begins then. */
function nameOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "");
}

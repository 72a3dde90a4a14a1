import { broadcastId, parseBroadcastId } from "../domain/ids.ts";
import type { Broadcast, Placement } from "../domain/model.ts";
import { endOf } from "../domain/placement.ts";
import { frameAt } from "../domain/vod-keys.ts";
import { newestRecordings } from "./broadcasts.ts";
import type { Channels } from "./channels.ts";
import { decodeCursor, encodeCursor } from "./cursors.ts";
import { text, type Item } from "./item.ts";
import type { Page } from "./paging.ts";
import { recordingOf } from "./recording-items.ts";
import type { Recordings } from "./recordings.ts";
import { isAhead, merged } from "./sorted-items.ts";
import type { Table } from "./table.ts";

/** Which broadcasts, newest first. */
export interface BroadcastQuery {
  /** Every channel when absent. */
  channel?: string | undefined;
  /** 1–100. */
  limit: number;
  cursor?: string | undefined;
}

/** The broadcasts of which something was archived. */
export interface Broadcasts {
  /** The broadcast of this id. */
  get(id: string): Promise<Broadcast | undefined>;
  /**
   * Leaves out those in which nobody streamed: none of their recordings is converted, and the newest is idle. A page
   * may hold fewer than `limit`, even none, and still have a next one. Throws `invalid-cursor`.
   */
  list(query: BroadcastQuery): Promise<Page<Broadcast>>;
}

/** A page ends after so many broadcasts in which nobody streamed. Each costs two queries. */
const skippedAtMost = 50;

/** The broadcasts part of the catalogue: nothing of it is stored, it follows from the recordings. */
export function createBroadcasts(options: {
  table: Pick<Table, "query">;
  channels: Channels;
  recordings: Pick<Recordings, "timeline">;
}): Broadcasts {
  const { table, recordings } = options;

  /** The broadcast of its newest recording. */
  async function broadcastOf(newest: Item): Promise<Broadcast> {
    const name = { channel: text(newest, "channel"), broadcast: text(newest, "broadcast") };
    return summaryOf(name, await recordings.timeline(name.channel, name.broadcast));
  }

  /** The same; nothing if nobody streamed. */
  async function streamedIn(newest: Item): Promise<Broadcast[]> {
    const broadcast = await broadcastOf(newest);
    return broadcast.recordings === 0 && recordingOf(newest).state === "idle" ? [] : [broadcast];
  }

  return {
    async get(id) {
      const name = parseBroadcastId(id);
      if (name === undefined) return undefined;
      const { value: newest } = await newestRecordings(table, name.channel, `${name.broadcast}$`).next();
      return newest === undefined || text(newest, "broadcast") !== name.broadcast ? undefined : broadcastOf(newest);
    },

    async list({ channel, limit, cursor }) {
      const filter = ["broadcasts", channel ?? null];
      const after = cursor === undefined ? undefined : decodeCursor(cursor, filter);
      const channels = channel === undefined ? (await options.channels.list()).map(({ id }) => id) : [channel];
      const stream = merged(
        channels.map((id) => newestRecordings(table, id, after === undefined ? "~" : endAfter(after, id))),
        keyOf,
        "desc",
      );
      const items: Broadcast[] = [];
      for (let skipped = 0; ;) {
        const missing = limit - items.length;
        const newest = await taken(stream, missing);
        // Only the next broadcast has to wait for the one before it; their timelines are read at once.
        const found = (await Promise.all(newest.map(streamedIn))).flat();
        items.push(...found);
        skipped += newest.length - found.length;
        const last = newest.at(-1);
        if (last === undefined || newest.length < missing) return { items, nextCursor: undefined };
        if (items.length < limit && skipped < skippedAtMost) continue;
        const isEnd = (await stream.next()).done === true;
        return { items, nextCursor: isEnd ? undefined : encodeCursor(keyOf(last), filter) };
      }
    },
  };
}

/** The order of the list: broadcasts of the same time by their channels. */
function keyOf(newest: Item): string {
  return `${text(newest, "broadcast")}#${text(newest, "channel")}`;
}

/** The sort key before which the recordings of a channel are that come after this key in the list. */
function endAfter(key: string, channel: string): string {
  const [broadcast = "", of = ""] = key.split("#");
  return isAhead(channel, of, "desc") ? `${broadcast}$` : `${broadcast}#`;
}

async function taken(stream: AsyncGenerator<Item, undefined>, count: number): Promise<Item[]> {
  const items: Item[] = [];
  while (items.length < count) {
    const { value } = await stream.next();
    if (value === undefined) break;
    items.push(value);
  }
  return items;
}

function summaryOf(name: { channel: string; broadcast: string }, timeline: readonly Placement[]): Broadcast {
  const inOrder = timeline.toSorted((a, b) => a.startMs - b.startMs);
  const [first] = inOrder;
  // Two pipelines of a channel may have recorded the same time.
  let endMs = Number.NEGATIVE_INFINITY;
  let recordedMs = 0;
  for (const placed of inOrder) {
    recordedMs += Math.max(0, endOf(placed) - Math.max(placed.startMs, endMs));
    endMs = Math.max(endMs, endOf(placed));
  }
  const middle = inOrder[Math.floor(inOrder.length / 2)];
  return {
    id: broadcastId(name),
    ...name,
    start: first === undefined ? undefined : new Date(first.startMs).toISOString(),
    end: first === undefined ? undefined : new Date(endMs).toISOString(),
    recordedMs: Math.round(recordedMs),
    recordings: inOrder.length,
    poster:
      middle === undefined
        ? undefined
        : `/${frameAt({ ...name, number: middle.number }, middle.durationMs / 2, middle.durationMs).key}`,
  };
}

import { AwsError } from "../../errors.ts";
import type { Entries } from "../entries.ts";
import type { ItemStore, KeyedValues } from "../item-store.ts";
import { streamRecord, type Image, type StreamRecord, type UserIdentity } from "./record.ts";
import type { StreamService } from "./stream-service.ts";

/** The streams of the tables of one store. */
export interface Streams extends Omit<StreamService, "authorizeReader"> {
  /** Records what is written to a table from now on. */
  enable(table: string, stream: { arn: string; keyNames: readonly string[] }): Promise<void>;
  /** Forgets a table's stream, if it has one: its records and readers. */
  disable(table: string): Promise<void>;
  /** The store, with the writes of tables that have a stream recorded as made by `userIdentity`. */
  recorded(store: ItemStore, userIdentity?: UserIdentity): ItemStore;
  /** Tells the readers that a write has been committed. */
  wake(): void;
  /** Drops records from before 24 hours ago. */
  trim(nowMs: number): Promise<void>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const retentionMs = 24 * 3_600_000;

interface Stream {
  arn: string;
  keyNames: readonly string[];
  /** The newest sequence number. */
  newest: string;
}

const readersOf = (table: string): string => `stream-reader-${table}`;
const recordsOf = (table: string): string => `stream-record-${table}`;

/**
 * Streams of tables. The record of a write is in the same transaction as the item, so that neither is ever without the
 * other.
 */
export function createStreams(entries: Entries): Streams {
  const streams = new Map<string, Stream>();
  /** Called when something was written. */
  const waiting = new Set<() => void>();

  function streamOf(arn: string): { table: string; stream: Stream } {
    const table = arn.split("/")[1] ?? "";
    const stream = streams.get(table);
    if (stream?.arn !== arn)
      throw new AwsError("ResourceNotFoundException", `Requested resource not found: Stream: ${arn} not found`);
    return { table, stream };
  }

  const positionOf = (table: string, reader: string): string | undefined =>
    entries.get(readersOf(table), reader) as string | undefined;

  const positions = (table: string): string[] =>
    Array.from(entries.range(readersOf(table), {}), ([, position]) => String(position));

  /** The next sequence number: as late as the clock, and later than all before. */
  function nextNumber(stream: Stream, nowMs: number): string {
    const next = Math.max(nowMs * 1000, Number(stream.newest) + 1);
    stream.newest = String(next).padStart(21, "0");
    return stream.newest;
  }

  /** A table's items, whose writes are recorded. */
  function recordedItems(
    items: KeyedValues,
    table: string,
    stream: Stream,
    userIdentity: UserIdentity | undefined,
  ): KeyedValues {
    const { arn: streamArn, keyNames } = stream;
    const record = (key: string, after: Image | undefined): void => {
      const before = entries.get(`item-${table}`, key) as Image | undefined;
      const atMs = Date.now();
      const sequenceNumber = nextNumber(stream, atMs);
      const write = { streamArn, keyNames, before, after, sequenceNumber, atMs, userIdentity };
      const made = streamRecord(write);
      if (made !== undefined) entries.put(recordsOf(table), sequenceNumber, made);
    };
    return {
      ...items,
      put(key, value, callback) {
        record(key, value as Image);
        items.put(key, value, callback);
      },
      del(key, callback) {
        record(key, undefined);
        items.del(key, callback);
      },
    };
  }

  return {
    async enable(table, { arn, keyNames }) {
      const [last] = entries.range(recordsOf(table), { reverse: true, limit: 1 });
      // Records that all have read are gone, so readers may be further than the last that is left.
      const newest = [last?.[0] ?? "", ...positions(table)].sort().at(-1)!;
      streams.set(table, { arn, keyNames, newest });
    },

    async disable(table) {
      streams.delete(table);
      entries.atomically(() => {
        entries.deleteAll(readersOf(table));
        entries.deleteAll(recordsOf(table));
      });
    },

    recorded: (store, userIdentity) => ({
      ...store,
      getItemDb(table: string) {
        const stream = streams.get(table);
        const items = store.getItemDb(table);
        return stream === undefined ? items : recordedItems(items, table, stream, userIdentity);
      },
    }),

    wake() {
      for (const wake of waiting) wake();
    },

    async open(arn, reader, from) {
      const { table, stream } = streamOf(arn);
      if (positionOf(table, reader) === undefined)
        entries.put(readersOf(table), reader, from === "LATEST" ? stream.newest : "");
    },

    async receive(arn, reader, { max, signal }) {
      const { table } = streamOf(arn);
      const after = positionOf(table, reader) ?? "";
      for (;;) {
        const woken = Promise.withResolvers<undefined>();
        const wake = (): void => woken.resolve(undefined);
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
        try {
          const found = Array.from(entries.range(recordsOf(table), { gt: after, limit: max }));
          if (found.length > 0 || signal.aborted) return found.map(([, record]) => record as StreamRecord);
          await woken.promise;
        } finally {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
        }
      }
    },

    async advance(arn, reader, sequenceNumber) {
      const { table } = streamOf(arn);
      entries.atomically(() => {
        entries.put(readersOf(table), reader, sequenceNumber);
        // Up to the slowest reader's position.
        entries.deleteUpTo(recordsOf(table), positions(table).sort()[0] ?? "");
      });
    },

    async close(arn, reader) {
      entries.delete(readersOf(arn.split("/")[1] ?? ""), reader);
    },

    async trim(nowMs) {
      const before = String((nowMs - retentionMs) * 1000).padStart(21, "0");
      for (const table of streams.keys()) entries.deleteUpTo(recordsOf(table), before);
    },
  };
}

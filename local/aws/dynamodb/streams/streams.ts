import { AwsError } from "../../errors.ts";
import { itemKey, type ItemDatabase, type ItemStore, type LevelOperation } from "./item-store.ts";
import { streamRecord, type Image, type StreamRecord, type UserIdentity } from "./record.ts";
import type { StreamService } from "./stream-service.ts";

/** The streams of the tables of one store. */
export interface Streams extends Omit<StreamService, "authorizeReader"> {
  /** Records what is written to a table from now on. */
  enable(table: string, stream: { arn: string; keyNames: readonly string[] }): Promise<void>;
  /** Forgets a table's stream, if it has one: its records and readers. */
  disable(table: string): Promise<void>;
  /** The store, with the writes of tables that have a stream recorded as made by `userIdentity`. */
  recorded<Store extends ItemStore>(store: Store, userIdentity?: UserIdentity): Store;
  /** Drops records from before 24 hours ago. */
  trim(nowMs: number): Promise<void>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
const retentionMs = 24 * 3_600_000;

interface Stream {
  arn: string;
  keyNames: readonly string[];
  /** Sequence numbers that are being written, in order. Nobody reads past the first. */
  writing: Set<string>;
  /** The newest sequence number. */
  newest: string;
  /** Called when something was written. */
  waiting: Set<() => void>;
}

/**
 * Streams of tables. The record of a write is in the same atomic batch as the item, so that neither is ever without
 * the other.
 */
export function createStreams(db: ItemStore["db"]): Streams {
  const streams = new Map<string, Stream>();
  const readerPrefix = (table: string): string => `stream-reader-${table}~`;
  const recordPrefix = (table: string): string => `stream-record-${table}~`;

  function streamOf(arn: string): { table: string; stream: Stream } {
    const table = arn.split("/")[1] ?? "";
    const stream = streams.get(table);
    if (stream?.arn !== arn)
      throw new AwsError("ResourceNotFoundException", `Requested resource not found: Stream: ${arn} not found`);
    return { table, stream };
  }

  /** The position of each reader of a table, by the database's key. */
  async function readers(table: string): Promise<[key: string, position: string][]> {
    const found = await db.iterator({ gt: readerPrefix(table), lt: `${readerPrefix(table)}~` }).all();
    return found.map(([key, position]) => [key, String(position)]);
  }

  /** Records of a table in order, after a sequence number and up to `before`. */
  async function records(
    table: string,
    { after = "", before = "~", limit = -1 }: { after?: string; before?: string | undefined; limit?: number },
  ): Promise<[key: string, record: StreamRecord][]> {
    const prefix = recordPrefix(table);
    const found = await db.iterator({ gt: `${prefix}${after}`, lt: `${prefix}${before}`, limit }).all();
    return found as [string, StreamRecord][];
  }

  /** The next sequence number: as late as the clock, and later than all before. */
  function nextNumber(stream: Stream, nowMs: number): string {
    const next = Math.max(nowMs * 1000, Number(stream.newest) + 1);
    stream.newest = String(next).padStart(21, "0");
    return stream.newest;
  }

  async function write(
    table: string,
    stream: Stream,
    operation: LevelOperation,
    change: { before: Image | undefined; after: Image | undefined; userIdentity: UserIdentity | undefined },
  ): Promise<void> {
    const atMs = Date.now();
    const sequenceNumber = nextNumber(stream, atMs);
    const record = streamRecord({ ...change, streamArn: stream.arn, keyNames: stream.keyNames, sequenceNumber, atMs });
    if (record === undefined) return;
    stream.writing.add(sequenceNumber);
    try {
      await db.batch([operation, { type: "put", key: `${recordPrefix(table)}${sequenceNumber}`, value: record }]);
    } finally {
      stream.writing.delete(sequenceNumber);
      for (const wake of stream.waiting) wake();
    }
  }

  /** A table's items, whose writes are recorded. An item is locked while it is written, so what was read stays. */
  function recordedItems(
    items: ItemDatabase,
    table: string,
    stream: Stream,
    userIdentity: UserIdentity | undefined,
  ): ItemDatabase {
    const change = (operation: LevelOperation, key: string, after: Image | undefined): Promise<void> =>
      new Promise((resolve, reject) => {
        items.get(key, (error, before) => {
          if (error && error.name !== "NotFoundError") reject(error);
          else write(table, stream, operation, { before, after, userIdentity }).then(resolve, reject);
        });
      });
    const call = (done: Promise<void>, callback: (error: Error | null, value: undefined) => void): void => {
      done.then(
        () => setImmediate(callback, null, undefined),
        (error: unknown) =>
          setImmediate(callback, error instanceof Error ? error : new Error(String(error)), undefined),
      );
    };
    return {
      ...items,
      put: (key, value, callback) =>
        call(change({ type: "put", key: itemKey(table, key), value }, key, value), callback),
      del: (key, callback) => call(change({ type: "del", key: itemKey(table, key) }, key, undefined), callback),
    };
  }

  return {
    async enable(table, { arn, keyNames }) {
      const [last] = await db
        .iterator({ gt: recordPrefix(table), lt: `${recordPrefix(table)}~`, limit: 1, reverse: true })
        .all();
      const positions = (await readers(table)).map(([, position]) => position);
      // Records that all have read are gone, so readers may be further than the last that is left.
      const newest = [last?.[0].slice(recordPrefix(table).length) ?? "", ...positions].sort().at(-1)!;
      streams.set(table, { arn, keyNames, newest, writing: new Set(), waiting: new Set() });
    },

    async disable(table) {
      streams.delete(table);
      const left = [...(await readers(table)), ...(await records(table, {}))];
      await db.batch(left.map(([key]) => ({ type: "del", key })));
    },

    recorded: (store, userIdentity) => ({
      ...store,
      getItemDb(table: string) {
        const stream = streams.get(table);
        const items = store.getItemDb(table);
        return stream === undefined ? items : recordedItems(items, table, stream, userIdentity);
      },
    }),

    async open(arn, reader, from) {
      const { table, stream } = streamOf(arn);
      const key = `${readerPrefix(table)}${reader}`;
      if ((await db.get(key)) === undefined)
        await db.batch([{ type: "put", key, value: from === "LATEST" ? stream.newest : "" }]);
    },

    async receive(arn, reader, { max, signal }) {
      const { table, stream } = streamOf(arn);
      const key = `${readerPrefix(table)}${reader}`;
      const [, after = ""] = (await readers(table)).find(([known]) => known === key) ?? [];
      for (;;) {
        const woken = Promise.withResolvers<undefined>();
        const wake = (): void => woken.resolve(undefined);
        stream.waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
        try {
          const [before] = stream.writing;
          const found = await records(table, { after, before, limit: max });
          if (found.length > 0 || signal.aborted) return found.map(([, record]) => record);
          await woken.promise;
        } finally {
          stream.waiting.delete(wake);
          signal.removeEventListener("abort", wake);
        }
      }
    },

    async advance(arn, reader, sequenceNumber) {
      const { table } = streamOf(arn);
      const key = `${readerPrefix(table)}${reader}`;
      const positions = (await readers(table)).map(([other, at]) => (other === key ? sequenceNumber : at));
      // "!" comes before every digit: up to the slowest reader's position.
      const passed = await records(table, { before: `${positions.sort()[0] ?? ""}!` });
      await db.batch([
        { type: "put", key, value: sequenceNumber },
        ...passed.map(([passedKey]) => ({ type: "del" as const, key: passedKey })),
      ]);
    },

    async close(arn, reader) {
      const table = arn.split("/")[1] ?? "";
      await db.batch([{ type: "del", key: `${readerPrefix(table)}${reader}` }]);
    },

    async trim(nowMs) {
      const before = String((nowMs - retentionMs) * 1000).padStart(21, "0");
      for (const table of streams.keys()) {
        const old = await records(table, { before });
        await db.batch(old.map(([key]) => ({ type: "del" as const, key })));
      }
    },
  };
}

import { Stream } from "node:stream";
import type { Entries, Range } from "./entries.ts";

type Callback<Value> = (error: Error | null, value?: Value) => void;

/** Values under keys, in the order of the keys' bytes: the items of a table, or of an index of it. */
export interface KeyedValues {
  get(key: string, callback: Callback<unknown>): void;
  put(key: string, value: unknown, callback: Callback<undefined>): void;
  del(key: string, callback: Callback<undefined>): void;
  /** Emits `data` for each value and then `end`, or `error`; stops after `pipe`, which is how dynalite has enough. */
  createValueStream(range?: Range): Stream;
  createKeyStream(range?: Range): Stream;
  /** Calls `work` at once: each call here ends before another can begin. */
  lock(key: string, work: (release: <Done>(done: Done) => Done) => void): void;
}

/** A table as dynalite describes it. */
interface Table {
  TableStatus: string;
}

/**
 * The store that dynalite's actions work on, on SQLite: its own is LevelDB, whose iterators it never closes, so that
 * every query leaks. All calls end at once, and call back before they return.
 */
export interface ItemStore {
  options: { maxItemSize: number; createTableMs: number; updateTableMs: number; deleteTableMs: number };
  tableDb: KeyedValues & { awsAccountId: string; awsRegion: string };
  getTable(name: string, checkStatus: boolean | Callback<Table>, callback?: Callback<Table>): void;
  getItemDb(table: string): KeyedValues;
  deleteItemDb(table: string, callback: Callback<undefined>): void;
  getIndexDb(type: string, table: string, index: string): KeyedValues;
  deleteIndexDb(type: string, table: string, index: string, callback: Callback<undefined>): void;
  getTagDb(table: string): KeyedValues;
  deleteTagDb(table: string, callback: Callback<undefined>): void;
}

/** A store on these rows. */
export function createItemStore(entries: Entries): ItemStore {
  const tableDb = valuesOf(entries, "table");
  const itemsOf = (table: string): string => `item-${table}`;
  const indexOf = (type: string, table: string, index: string): string =>
    `index-${type.toLowerCase()}~${table}~${index}`;
  const tagsOf = (table: string): string => `tag-${table}`;
  const deleteAll = (space: string, callback: Callback<undefined>): void => {
    entries.deleteAll(space);
    callback(null);
  };
  return {
    options: { maxItemSize: 409_600, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 },
    tableDb: { ...tableDb, awsAccountId: "000000000000", awsRegion: "us-east-1" },
    getTable(name, checkStatus, callback) {
      const done = typeof checkStatus === "function" ? checkStatus : callback!;
      const table = entries.get("table", name) as Table | undefined;
      const isUsable = checkStatus === false || !["CREATING", "DELETING"].includes(table?.TableStatus ?? "");
      if (table !== undefined && isUsable) done(null, table);
      else done(noTable(checkStatus === false ? `: Table: ${name} not found` : ""));
    },
    getItemDb: (table) => valuesOf(entries, itemsOf(table)),
    deleteItemDb: (table, callback) => deleteAll(itemsOf(table), callback),
    getIndexDb: (...index) => valuesOf(entries, indexOf(...index)),
    deleteIndexDb: (type, table, index, callback) => deleteAll(indexOf(type, table, index), callback),
    getTagDb: (table) => valuesOf(entries, tagsOf(table)),
    deleteTagDb: (table, callback) => deleteAll(tagsOf(table), callback),
  };
}

function valuesOf(entries: Entries, space: string): KeyedValues {
  const emitting = (range: Range, pick: (entry: [key: string, value: unknown]) => unknown): Stream => {
    const emitter = new Stream();
    let isEnough = false;
    emitter.once("pipe", () => (isEnough = true));
    // Once the caller listens.
    queueMicrotask(() => {
      try {
        for (const entry of entries.range(space, range)) {
          emitter.emit("data", pick(entry));
          if (isEnough) break;
        }
        emitter.emit("end");
      } catch (error) {
        emitter.emit("error", error);
      }
    });
    return emitter;
  };
  return {
    get: (key, callback) => callback(null, entries.get(space, key)),
    put: (key, value, callback) => done(() => entries.put(space, key, value), callback),
    del: (key, callback) => done(() => entries.delete(space, key), callback),
    createValueStream: (range = {}) => emitting(range, ([, value]) => value),
    createKeyStream: (range = {}) => emitting(range, ([key]) => key),
    lock: (_key, work) => work((done) => done),
  };
}

function done(work: () => void, callback: Callback<undefined>): void {
  let failure: Error | null = null;
  try {
    work();
  } catch (cause) {
    failure = cause instanceof Error ? cause : new Error(String(cause));
  }
  callback(failure);
}

/** DynamoDB's error, as dynalite throws it. */
function noTable(details: string): Error {
  return Object.assign(new Error("NotFoundError"), {
    name: "NotFoundError",
    statusCode: 400,
    body: {
      __type: "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
      message: `Requested resource not found${details}`,
    },
  });
}

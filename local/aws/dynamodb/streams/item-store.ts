/** The parts of dynalite's store that streams need; it is JavaScript without types, with callbacks. */
export interface ItemStore {
  db: LevelDatabase;
  /** The items of a table, by a key made of the item's key. */
  getItemDb(table: string): ItemDatabase;
}

type Callback<Value> = (error: (Error & { name: string }) | null | undefined, value: Value) => void;

export interface ItemDatabase {
  get(key: string, callback: Callback<Record<string, unknown> | undefined>): void;
  put(key: string, value: Record<string, unknown>, callback: Callback<undefined>): void;
  del(key: string, callback: Callback<undefined>): void;
}

/** One operation of an atomic batch. */
export type LevelOperation = { type: "put"; key: string; value: unknown } | { type: "del"; key: string };

/** The LevelDB below all tables, with JSON values: https://github.com/Level/abstract-level */
export interface LevelDatabase {
  get(key: string): Promise<unknown>;
  batch(operations: readonly LevelOperation[]): Promise<void>;
  iterator(range: { gt?: string; gte?: string; lt?: string; limit?: number; reverse?: boolean }): {
    all(): Promise<[key: string, value: unknown][]>;
  };
  close(callback: (error?: Error | null) => void): void;
}

/** The database's key of an item of a table, as dynalite forms it. */
export function itemKey(table: string, key: string): string {
  return `item-${table}~${key}`;
}

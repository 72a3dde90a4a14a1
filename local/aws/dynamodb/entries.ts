import type { SQLInputValue, StatementSync } from "node:sqlite";
import { openDatabase, transaction } from "../../database.ts";

/** A range of keys, and the way through it. */
export interface Range {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  /** -1 for no limit. */
  limit?: number;
}

/** JSON values under keys, each space of keys by itself and in the order of their bytes. All calls end at once. */
export interface Entries {
  get(space: string, key: string): unknown;
  put(space: string, key: string, value: unknown): void;
  delete(space: string, key: string): void;
  /** In the order of the keys, read as they are taken. */
  range(space: string, range: Range): Iterable<[key: string, value: unknown]>;
  /** Deletes the keys up to and including this one. */
  deleteUpTo(space: string, last: string): void;
  deleteAll(space: string): void;
  /** Runs `work` in one transaction: all of it is kept, or nothing. */
  atomically<Result>(work: () => Result): Result;
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS entries (
    space TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (space, key)
  ) STRICT, WITHOUT ROWID;
`;

/** Opens the rows of a database file, which is created if missing. */
export function openEntries(file: string): Entries {
  const database = openDatabase(file, schema);
  const statements = new Map<string, StatementSync>();
  /** Those that read ranges, while nobody reads: a range may be read within the reading of another. */
  const resting = new Map<string, StatementSync[]>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const run = (sql: string, ...values: SQLInputValue[]): void => void prepared(sql).run(...values);
  return {
    get(space, key) {
      const row = prepared("SELECT value FROM entries WHERE space = ? AND key = ?").get(space, key);
      return row === undefined ? undefined : (JSON.parse(String(row["value"])) as unknown);
    },
    put: (space, key, value) =>
      run("INSERT OR REPLACE INTO entries (space, key, value) VALUES (?, ?, ?)", space, key, JSON.stringify(value)),
    delete: (space, key) => run("DELETE FROM entries WHERE space = ? AND key = ?", space, key),
    *range(space, { gt, gte, lt, lte, reverse = false, limit = -1 }) {
      const bounds = [
        ["key > ?", gt],
        ["key >= ?", gte],
        ["key < ?", lt],
        ["key <= ?", lte],
      ].filter((bound): bound is [string, string] => bound[1] !== undefined);
      const where = ["space = ?", ...bounds.map(([condition]) => condition)].join(" AND ");
      const sql = `SELECT key, value FROM entries WHERE ${where} ORDER BY key ${reverse ? "DESC" : "ASC"} LIMIT ?`;
      const rest = resting.get(sql) ?? [];
      resting.set(sql, rest);
      const statement = rest.pop() ?? database.prepare(sql);
      try {
        for (const row of statement.iterate(space, ...bounds.map(([, key]) => key), limit))
          yield [String(row["key"]), JSON.parse(String(row["value"]))];
      } finally {
        rest.push(statement);
      }
    },
    deleteUpTo: (space, last) => run("DELETE FROM entries WHERE space = ? AND key <= ?", space, last),
    deleteAll: (space) => run("DELETE FROM entries WHERE space = ?", space),
    atomically: (work) => transaction(database, work),
    close: () => database.close(),
  };
}

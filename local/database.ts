import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Opens (or creates) a SQLite database and brings it to `schema` (idempotent `CREATE … IF NOT EXISTS` statements).
 * Write-ahead logging: a killed process loses no committed row. Only its owner may read it.
 */
export function openDatabase(file: string, schema: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 5000 });
  // Before its log is made, which gets the same mode.
  chmodSync(file, 0o600);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  database.exec(schema);
  return database;
}

/**
 * Runs `work` (synchronous) in one transaction and returns its result. An error from `work` or from the commit rolls
 * everything back and is thrown unchanged. Transactions don't nest: SQLite rejects the inner one.
 */
export function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (cause) {
    rollBack(database);
    throw cause;
  }
}

function rollBack(database: DatabaseSync): void {
  try {
    // SQLite itself ends the transaction on some errors, such as a full disk.
    if (database.isTransaction) database.exec("ROLLBACK");
  } catch {
    // The first error is the one to report.
  }
}

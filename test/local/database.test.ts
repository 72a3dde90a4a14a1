import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, transaction } from "../../local/database.ts";

describe("transaction", () => {
  let folder: string;
  let database: DatabaseSync;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "spotlight-database-"));
    database = openDatabase(join(folder, "test.db"), "CREATE TABLE IF NOT EXISTS note (text TEXT UNIQUE NOT NULL)");
  });
  afterEach(() => {
    if (database.isOpen) database.close();
    rmSync(folder, { recursive: true });
  });

  const add = (text: string): void => void database.prepare("INSERT INTO note VALUES (?)").run(text);
  const notes = (): unknown[] =>
    database
      .prepare("SELECT text FROM note ORDER BY rowid")
      .all()
      .map((row) => row["text"]);

  it("commits and returns the result", () => {
    const result = transaction(database, () => {
      add("one");
      return 1;
    });
    assert.equal(result, 1);
    assert.equal(database.isTransaction, false);
    assert.deepEqual(notes(), ["one"]);
  });

  it("rolls back on an error, throws that error, and leaves the database ready for the next transaction", () => {
    const failure = new Error("first");
    assert.throws(
      () =>
        transaction(database, () => {
          add("one");
          throw failure;
        }),
      (cause) => cause === failure,
    );
    transaction(database, () => add("two"));
    assert.deepEqual(notes(), ["two"]);
  });

  it("reports a full disk, after which SQLite has no transaction left to roll back", () => {
    add("before");
    const { page_count: pages } = database.prepare("PRAGMA page_count").get() ?? {};
    database.exec(`PRAGMA max_page_count = ${Number(pages)}`);
    assert.throws(
      () =>
        transaction(database, () => {
          add("one");
          add("x".repeat(100_000));
        }),
      { code: "ERR_SQLITE_ERROR", errcode: 13, message: "database or disk is full" },
    );
    database.exec("PRAGMA max_page_count = 1000000");
    transaction(database, () => add("after"));
    assert.deepEqual(notes(), ["before", "after"]);
  });

  it("throws the first error even if the rollback fails", () => {
    const failure = new Error("first");
    assert.throws(
      () =>
        transaction(database, () => {
          database.close();
          throw failure;
        }),
      (cause) => cause === failure,
    );
  });

  it("rejects a nested transaction and rolls back the outer one", () => {
    assert.throws(
      () =>
        transaction(database, () => {
          add("outer");
          transaction(database, () => add("inner"));
        }),
      { message: "cannot start a transaction within a transaction" },
    );
    assert.deepEqual(notes(), []);
  });
});

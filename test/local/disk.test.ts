import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { openSync, writeSync } from "node:fs";
import { DiskFull } from "../../local/aws/errors.ts";
import { isDiskFull, isFull, sizeText } from "../../local/disk.ts";

describe("the disk", () => {
  it("is full by the errors of the system and of SQLite, and by errors that these caused", () => {
    const written = (): unknown => {
      try {
        return writeSync(openSync("/dev/full", "w"), "x");
      } catch (cause) {
        return cause;
      }
    };
    const full = [
      written(),
      Object.assign(new Error("disk quota exceeded"), { code: "EDQUOT" }),
      Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 }),
      new DiskFull(written()),
      new Error("not stored", { cause: written() }),
    ];
    assert.deepEqual(
      full.map((cause) => isDiskFull(cause)),
      full.map(() => true),
    );
    const other = [Object.assign(new Error("locked"), { code: "ERR_SQLITE_ERROR", errcode: 5 }), "ENOSPC", undefined];
    assert.deepEqual(
      other.map((cause) => isDiskFull(cause)),
      [false, false, false],
    );
  });

  it("is not taken for full where it has space, or where nothing is known of it", () => {
    assert.equal(isFull(tmpdir()), false);
    assert.equal(isFull("/nowhere/at/all"), false);
  });

  it("has sizes that people read, rounded down", () => {
    assert.deepEqual([0, 3_999_999, 499_999_999, 500_000_000, 999_999_999, 1e9, 20e9, 252.96e9].map(sizeText), [
      "0 MB",
      "3.9 MB",
      "499 MB",
      "0.5 GB",
      "0.9 GB",
      "1 GB",
      "20 GB",
      "252 GB",
    ]);
  });
});

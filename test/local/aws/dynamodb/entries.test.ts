import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEntries, type Entries } from "../../../../local/aws/dynamodb/entries.ts";

describe("the rows below the local DynamoDB", () => {
  let folder: string;
  let entries: Entries;
  const keys = (...[space, range]: Parameters<Entries["range"]>): string[] =>
    Array.from(entries.range(space, range), ([key]) => key);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "entries-"));
    entries = openEntries(join(folder, "items.db"));
    for (const key of ["a", "b", "c", "ä", "~"]) entries.put("one", key, { key });
    entries.put("two", "b", 2);
  });
  afterEach(async () => {
    entries.close();
    await rm(folder, { recursive: true });
  });

  it("are in the order of their bytes, each space by itself", () => {
    assert.deepEqual(keys("one", {}), ["a", "b", "c", "~", "ä"]);
    assert.deepEqual(keys("one", { gt: "a", lt: "c" }), ["b"]);
    assert.deepEqual(keys("one", { gte: "a", lte: "c", reverse: true, limit: 2 }), ["c", "b"]);
    assert.deepEqual([...entries.range("two", {})], [["b", 2]]);
  });

  it("can be read within a reading of the same range, and given up", () => {
    const seen: string[] = [];
    for (const [outer] of entries.range("one", { limit: 2 }))
      for (const [inner] of entries.range("one", { limit: 2 })) seen.push(`${outer}${inner}`);
    assert.deepEqual(seen, ["aa", "ab", "ba", "bb"]);
    for (const [key] of entries.range("one", {})) if (key === "b") break;
    assert.deepEqual(keys("one", {}), ["a", "b", "c", "~", "ä"]);
  });

  it("are changed all together or not at all", () => {
    assert.throws(() =>
      entries.atomically(() => {
        entries.delete("one", "a");
        entries.put("two", "b", 3);
        throw new Error("half way");
      }),
    );
    assert.deepEqual([entries.get("one", "a"), entries.get("two", "b")], [{ key: "a" }, 2]);
  });

  it("are deleted up to a key, or all", () => {
    entries.deleteUpTo("one", "b");
    assert.deepEqual(keys("one", {}), ["c", "~", "ä"]);
    entries.deleteAll("one");
    assert.deepEqual([keys("one", {}), keys("two", {})], [[], ["b"]]);
  });
});

import assert from "node:assert/strict";
import { listPage, type Listing } from "../../catalogue/paging.ts";
import type { Table } from "../../catalogue/table.ts";

/** A table with so many items in one partition; `read` tells how many it gave out. */
function tableOf(size: number): { table: Pick<Table, "query">; read: () => number } {
  let read = 0;
  const query: Table["query"] = async ({ Limit = size, ExclusiveStartKey, ExpressionAttributeValues }) => {
    // A cursor continues after its item's key: at the key and a space.
    const from = String(ExpressionAttributeValues?.[":from"]).trim();
    const start = from === "" ? 0 : Number(from) + 1;
    const first = ExclusiveStartKey === undefined ? start : Number(ExclusiveStartKey["position"]) + 1;
    const last = Math.min(size, first + Limit) - 1;
    const items = Array.from({ length: last - first + 1 }, (_, index) => ({
      gsi1sk: String(first + index).padStart(9, "0"),
      position: first + index,
    }));
    read += items.length;
    return { items, last: last === size - 1 ? undefined : { position: last } };
  };
  return { table: { query }, read: () => read };
}

const listing: Omit<Listing, "cursor" | "accept"> = {
  index: "gsi1",
  partitions: ["p"],
  order: "asc",
  limit: 24,
  filter: "f",
};

describe("a page of a list", () => {
  it("reads no more of a large catalogue than of a small one when nothing matches", async () => {
    for (const size of [1000, 100_000]) {
      const { table, read } = tableOf(size);
      const page = await listPage(table, { ...listing, cursor: undefined, accept: () => false });
      assert.deepEqual(page.items, []);
      assert.ok(page.nextCursor !== undefined);
      assert.equal(read(), 775, `of ${size}`);
    }
  });

  it("leads to everything by its cursors all the same", async () => {
    const { table } = tableOf(3000);
    const found: unknown[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const accept = ({ position }: Record<string, unknown>): boolean => Number(position) % 700 === 699;
      const page = await listPage(table, { ...listing, cursor, accept });
      found.push(...page.items.map(({ position }) => position));
      cursor = page.nextCursor;
      pages++;
    } while (cursor !== undefined);
    assert.deepEqual([found, pages], [[699, 1399, 2099, 2799], 6]);
  });
});

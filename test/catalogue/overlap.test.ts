import assert from "node:assert/strict";
import fc from "fast-check";
import type { Item } from "../../catalogue/item.ts";
import { overlapWith } from "../../catalogue/overlap.ts";
import { listPage } from "../../catalogue/paging.ts";
import type { Order } from "../../catalogue/sorted-items.ts";
import type { Table } from "../../catalogue/table.ts";
import { longestClipMs } from "../../domain/clips.ts";

const epochMs = Date.parse("2026-11-22T18:00:00.000Z");
type QueriedTable = Pick<Table, "query">;

/** A table with these index partitions; `read` tells how many items it gave out. */
function tableOf(partitions: Record<string, Item[]>): { table: QueriedTable; read: () => number } {
  let read = 0;
  const query: Table["query"] = async (input) => {
    const { Limit = 1000, ExclusiveStartKey, ExpressionAttributeValues: values = {}, ScanIndexForward } = input;
    const key = (item: Item): string => String(item["gsi1sk"]);
    const [from, before] = [String(values[":from"]), String(values[":before"])];
    const all = (partitions[String(values[":pk"])] ?? [])
      .filter((item) => key(item) >= from && key(item) <= before)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1));
    if (ScanIndexForward === false) all.reverse();
    const at = ExclusiveStartKey === undefined ? 0 : all.findIndex((one) => key(one) === key(ExclusiveStartKey)) + 1;
    const items = all.slice(at, at + Limit);
    read += items.length;
    return { items, last: at + Limit < all.length ? items.at(-1) : undefined };
  };
  return { table: { query }, read: () => read };
}

const clip = (subject: string, index: number, startMs: number, lengthMs: number, channel = "main"): Item => {
  const start = new Date(epochMs + startMs).toISOString();
  const id = `${subject}-${index}`;
  const end = new Date(epochMs + startMs + lengthMs).toISOString();
  return { id, channel, start, end, gsi1sk: `${start}#${id}` };
};

/** All items of the join, by its pages. */
async function join(table: QueriedTable, order: Order, events: string[]): Promise<{ ids: unknown[]; pages: number }> {
  const ids: unknown[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const page = await listPage(table, {
      index: "gsi1",
      partitions: ["PERSON-CLIPS#ada"],
      order,
      limit: 3,
      cursor,
      filter: "f",
      accept: () => true,
      join: overlapWith(events, table, order),
    });
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    pages++;
  } while (cursor !== undefined);
  return { ids, pages };
}

describe("the overlap of moments and events", () => {
  it("is what comparing each with each finds, in either order, whatever the pages", async () => {
    const many = fc.array(
      fc.record({
        // Near each other, and further apart than any clip is long.
        startMs: fc.oneof(fc.nat(60_000), fc.nat(40 * longestClipMs)),
        lengthMs: fc.oneof(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: longestClipMs - 1 })),
        channel: fc.constantFrom("main", "second"),
        isRejected: fc.boolean(),
      }),
      { maxLength: 25 },
    );
    const orders = fc.constantFrom<Order>("asc", "desc");
    await fc.assert(
      fc.asyncProperty(many, many, many, orders, async (moments, goals, saves, order) => {
        const of = (subject: string, all: typeof moments): Item[] =>
          all.map(({ startMs, lengthMs, channel, isRejected }, index) => ({
            ...clip(subject, index, startMs, lengthMs, channel),
            review: isRejected ? "rejected" : "confirmed",
          }));
        const ada = of("ada", moments);
        const events = [...of("goal", goals), ...of("save", saves)];
        const { table } = tableOf({
          "PERSON-CLIPS#ada": ada,
          "PERSON-CLIPS#_goal": events.filter(({ id }) => String(id).startsWith("goal")),
          "PERSON-CLIPS#_save": events.filter(({ id }) => String(id).startsWith("save")),
        });
        const touches = (a: Item, b: Item): boolean =>
          a["channel"] === b["channel"] &&
          String(a["start"]) < String(b["end"]) &&
          String(a["end"]) > String(b["start"]);
        const expected = ada
          .filter((one) => events.some((event) => event["review"] !== "rejected" && touches(one, event)))
          .map((one) => ({ id: one["id"], key: String(one["gsi1sk"]) }))
          .sort((a, b) => (a.key < b.key === (order === "asc") ? -1 : 1));
        const { ids } = await join(table, order, ["_goal", "_save"]);
        assert.deepEqual(
          ids,
          expected.map(({ id }) => id),
        );
      }),
    );
  });

  it("reads what is near the fewer of the two only, however many there are of the other", async () => {
    const hourly = Array.from({ length: 5000 }, (_, hour) => hour * 3600_000);
    const dense = (subject: string): Item[] => hourly.map((startMs, index) => clip(subject, index, startMs, 10_000));
    const sparse = (subject: string): Item[] =>
      [700, 2500, 4900].map((hour, index) => clip(subject, index, hour * 3600_000 + 5000, 10_000));
    for (const order of ["asc", "desc"] as const) {
      const expected = [700, 2500, 4900];
      const few = tableOf({ "PERSON-CLIPS#ada": dense("ada"), "PERSON-CLIPS#_goal": sparse("goal") });
      const { ids, pages } = await join(few.table, order, ["_goal"]);
      assert.deepEqual(
        ids,
        (order === "asc" ? expected : expected.toReversed()).map((hour) => `ada-${hour}`),
      );
      assert.ok(pages <= 2 && few.read() < 200, `${few.read()} read on ${pages} pages`);
      const other = tableOf({ "PERSON-CLIPS#ada": sparse("ada"), "PERSON-CLIPS#_goal": dense("goal") });
      assert.equal((await join(other.table, order, ["_goal"])).ids.length, 3);
      assert.ok(other.read() < 200, `${other.read()} read`);
      const none = tableOf({ "PERSON-CLIPS#ada": dense("ada") });
      assert.deepEqual(await join(none.table, order, ["_goal"]), { ids: [], pages: 1 });
      assert.ok(none.read() < 10, `${none.read()} read`);
    }
  });
});

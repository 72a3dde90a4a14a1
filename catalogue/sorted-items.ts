import { text, type Item } from "./item.ts";
import type { Table } from "./table.ts";

/** Oldest or newest first. */
export type Order = "asc" | "desc";

/** A part of a partition, in the order of its sort keys. */
export interface SortedRange {
  /** The index; the table itself, read consistently, when absent. */
  index?: "gsi1" | "gsi2" | undefined;
  partition: string;
  /** Sort keys at or after this. */
  from?: string | undefined;
  /** Sort keys before this. */
  before?: string | undefined;
  /** Sort keys beyond this, in the order of the list. */
  after?: string | undefined;
  order: Order;
  /** How many items the first query asks for. */
  atFirst: number;
}

/** A sort key before all others, and one after all others of printable text. */
const lowest = " ";
const highest = "\uffff";

/** The items of the range, read as far as they are asked for. */
export async function* sortedItems(table: Pick<Table, "query">, range: SortedRange): AsyncGenerator<Item, undefined> {
  const { index, partition, order, after } = range;
  let { from = lowest, before = highest } = range;
  if (after !== undefined && order === "asc" && after >= from) from = `${after} `;
  if (after !== undefined && order === "desc" && after < before) before = after;
  if (from >= before) return undefined;
  const [hash, sort] = index === undefined ? ["pk", "sk"] : [`${index}pk`, `${index}sk`];
  let start: Item | undefined;
  let size = range.atFirst;
  do {
    const page = await table.query({
      ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
      // BETWEEN includes both ends, and a key condition cannot say "from this, before that" otherwise.
      KeyConditionExpression: `${hash} = :pk AND ${sort} BETWEEN :from AND :before`,
      ExpressionAttributeValues: { ":pk": partition, ":from": from, ":before": before },
      ScanIndexForward: order === "asc",
      Limit: size,
      ExclusiveStartKey: start,
    });
    for (const item of page.items) if (item[sort] !== before) yield item;
    start = page.last;
    // Where few items belong to the list, many are needed.
    size = Math.min(size * 2, 500);
  } while (start !== undefined);
  return undefined;
}

/** The items of several partitions, whose sort keys are comparable with each other, in one order. */
export function mergedItems(
  table: Pick<Table, "query">,
  { partitions, ...range }: Omit<SortedRange, "partition"> & { partitions: readonly string[] },
): AsyncGenerator<Item, undefined> {
  const streams = partitions.map((partition) => sortedItems(table, { ...range, partition }));
  return merged(streams, (item) => sortKeyOf(item, range.index), range.order);
}

/** The items of several streams that are in this order by their keys, in one. */
export async function* merged(
  streams: readonly AsyncGenerator<Item, undefined>[],
  keyOf: (item: Item) => string,
  order: Order,
): AsyncGenerator<Item, undefined> {
  const next = async (stream: AsyncGenerator<Item, undefined>): Promise<Item[]> => {
    const { value } = await stream.next();
    return value === undefined ? [] : [value];
  };
  const heads = await Promise.all(streams.map(next));
  for (;;) {
    let first: { item: Item; key: string; index: number } | undefined;
    for (const [index, [item]] of heads.entries()) {
      if (item === undefined) continue;
      const key = keyOf(item);
      if (first === undefined || isAhead(first.key, key, order)) first = { item, key, index };
    }
    if (first === undefined) return undefined;
    yield first.item;
    heads[first.index] = await next(streams[first.index]!);
  }
}

/** Whether a sort key comes later in a list than another. */
export function isAhead(key: string, other: string, order: Order): boolean {
  return order === "asc" ? key > other : key < other;
}

/** The sort key by which an item is in a range of this index. */
export function sortKeyOf(item: Item, index: SortedRange["index"]): string {
  return text(item, index === undefined ? "sk" : `${index}sk`);
}

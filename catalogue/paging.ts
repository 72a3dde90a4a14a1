import { decodeCursor, encodeCursor } from "./cursors.ts";
import type { Item } from "./item.ts";
import { isAhead, mergedItems, sortKeyOf, type Order, type SortedRange } from "./sorted-items.ts";
import type { Table } from "./table.ts";

export type { Order } from "./sorted-items.ts";

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Pass it with the same filter to get the next page; absent on the last page. */
  nextCursor: string | undefined;
}

/** Which partitions make up a list, and which of their items belong to it. */
export interface Listing extends Pick<SortedRange, "index" | "from" | "before"> {
  /** Partitions whose sort keys are comparable with each other; they are merged. */
  partitions: string[];
  order: Order;
  limit: number;
  cursor: string | undefined;
  /** The filter as the caller gave it: a cursor works with no other. */
  filter: unknown;
  /** Whether the item belongs to the list. */
  accept: (item: Item) => boolean;
  /** A further condition that costs reads, asked in the order of the list. */
  join?: ((item: Item) => Promise<Joined>) | undefined;
}

/** What a join says of an item: it belongs to the list, or which one beyond this sort key may be the next to do so. */
export type Joined = "belongs" | { resume: string } | "none-left";

/**
 * A page that finds little still ends after so many items, and the caller gets a cursor and asks again: one request
 * costs the same however large the catalogue is, also for a filter that nothing matches.
 */
const examinedAtMost = 500;
/** To skip to a later item takes a query, which counts as so many items. */
const skipCosts = 10;

/**
 * One page of a list, merged from its partitions in the order of their sort keys. Throws `invalid-cursor` for a cursor
 * that was not given out for this filter.
 */
export async function listPage(table: Pick<Table, "query">, listing: Listing): Promise<Page<Item>> {
  const { order, limit, accept } = listing;
  const after = listing.cursor === undefined ? undefined : decodeCursor(listing.cursor, listing.filter);
  let stream = mergedItems(table, { ...listing, after, atFirst: limit + 1 });

  const items: Item[] = [];
  let last: string | undefined;
  for (let examined = 0; ; examined++) {
    const { value: item } = await stream.next();
    if (item === undefined) return { items, nextCursor: undefined };
    if (last !== undefined && (items.length === limit || examined >= examinedAtMost))
      return { items, nextCursor: encodeCursor(last, listing.filter) };
    last = sortKeyOf(item, listing.index);
    if (!accept(item)) continue;
    const joined = (await listing.join?.(item)) ?? "belongs";
    if (joined === "none-left") return { items, nextCursor: undefined };
    if (joined === "belongs") items.push(item);
    else if (isAhead(joined.resume, last, order)) {
      last = joined.resume;
      examined += skipCosts;
      stream = mergedItems(table, { ...listing, after: last, atFirst: skipCosts });
    }
  }
}

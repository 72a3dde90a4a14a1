import { createHash } from "node:crypto";
import { CatalogueError } from "./errors.ts";
import type { Item } from "./item.ts";
import { text } from "./item.ts";
import type { Table } from "./table.ts";

/** Oldest or newest first. */
export type Order = "asc" | "desc";

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Pass it with the same filter to get the next page; absent on the last page. */
  nextCursor: string | undefined;
}

/** Which index partitions make up a list, and which of their items belong to it. */
export interface Listing {
  index: "gsi1" | "gsi2";
  /** Partitions whose sort keys are comparable with each other; they are merged. */
  partitions: string[];
  /** Sort keys at or after this. */
  from?: string | undefined;
  /** Sort keys before this. */
  before?: string | undefined;
  order: Order;
  limit: number;
  cursor: string | undefined;
  /** The filter as the caller gave it: a cursor works with no other. */
  filter: unknown;
  /** Whether the item belongs to the list. */
  accept: (item: Item) => boolean;
}

/**
 * A page that finds little still ends after so many items, and the caller gets a cursor and asks again: one request
 * costs the same however large the catalogue is, also for a filter that nothing matches.
 */
const examinedAtMost = 500;

/**
 * The sort keys of all lists: ASCII, whose order is the same in DynamoDB, and shorter than DynamoDB's limit of 1024
 * bytes. The fingerprint in a cursor is no secret, so anything can come with it.
 */
const sortKey = /^[\x21-\x7e]{1,512}$/;

/** A sort key before all others, and one after all others of printable text. */
const lowest = " ";
const highest = "\uffff";

/**
 * One page of a list, merged from its partitions in the order of their sort keys. Throws `invalid-cursor` for a cursor
 * that was not given out for this filter.
 */
export async function listPage(table: Pick<Table, "query">, listing: Listing): Promise<Page<Item>> {
  const { order, limit, accept } = listing;
  const after = listing.cursor === undefined ? undefined : decodeCursor(listing.cursor, listing.filter);
  const sort = `${listing.index}sk`;
  const streams = listing.partitions.map((partition) => read(table, listing, partition, after));
  const heads = await Promise.all(streams.map(async (stream) => (await stream.next()).value));

  const items: Item[] = [];
  let last: string | undefined;
  for (let examined = 0; ; examined++) {
    let best: number | undefined;
    let bestKey = "";
    for (const [index, head] of heads.entries()) {
      if (head === undefined) continue;
      const key = text(head, sort);
      if (best === undefined || (order === "asc" ? key < bestKey : key > bestKey)) {
        best = index;
        bestKey = key;
      }
    }
    if (best === undefined) return { items, nextCursor: undefined };
    if (last !== undefined && (items.length === limit || examined === examinedAtMost)) {
      return { items, nextCursor: encodeCursor(last, listing.filter) };
    }
    const item = heads[best]!;
    if (accept(item)) items.push(item);
    last = bestKey;
    heads[best] = (await streams[best]!.next()).value;
  }
}

async function* read(
  table: Pick<Table, "query">,
  listing: Listing,
  partition: string,
  after: string | undefined,
): AsyncGenerator<Item, undefined> {
  const { index, order } = listing;
  let from = listing.from ?? lowest;
  let before = listing.before ?? highest;
  if (after !== undefined && order === "asc" && after >= from) from = `${after} `;
  if (after !== undefined && order === "desc" && after < before) before = after;
  if (from >= before) return undefined;
  let start: Item | undefined;
  let size = listing.limit + 1;
  do {
    const page = await table.query({
      IndexName: index,
      // BETWEEN includes both ends, and a key condition cannot say "from this, before that" otherwise.
      KeyConditionExpression: `${index}pk = :pk AND ${index}sk BETWEEN :from AND :before`,
      ExpressionAttributeValues: { ":pk": partition, ":from": from, ":before": before },
      ScanIndexForward: order === "asc",
      Limit: size,
      ExclusiveStartKey: start,
    });
    for (const item of page.items) if (item[`${index}sk`] !== before) yield item;
    start = page.last;
    // Where few items belong to the list, many are needed.
    size = Math.min(size * 2, 500);
  } while (start !== undefined);
  return undefined;
}

function encodeCursor(at: string, filter: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(filter), at])).toString("base64url");
}

function decodeCursor(cursor: string, filter: unknown): string {
  const invalid = new CatalogueError(
    "invalid-cursor",
    "The cursor does not belong to this list; start again without a cursor",
  );
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw invalid;
  }
  const [print, at] = Array.isArray(value) ? (value as unknown[]) : [];
  if (print !== fingerprint(filter) || typeof at !== "string" || !sortKey.test(at)) throw invalid;
  return at;
}

function fingerprint(filter: unknown): string {
  return createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 12);
}

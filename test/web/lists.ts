import { isIn } from "./broadcasts.ts";
import type { World } from "./site.ts";

/** The page of a list that a query asks for. */
export function pageOf<Item>(
  items: readonly Item[],
  query: URLSearchParams,
): { items: Item[]; nextCursor: string | null } {
  const from = Number(query.get("cursor") ?? 0);
  const to = from + Number(query.get("limit") ?? 24);
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null };
}

/** Recordings, newest first. What a service said of a failure is for the admin. */
export function recordingsOf({ recordings }: World, query: URLSearchParams, admin: boolean): unknown {
  const states = query.getAll("state");
  const matching = recordings
    .filter((one) => isIn(query)(one) && (states.length === 0 || states.includes(one.state)))
    .toReversed();
  return pageOf(admin ? matching : matching.map((recording) => ({ ...recording, errorDetail: undefined })), query);
}

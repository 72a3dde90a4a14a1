import type { ClipQuery } from "../catalogue/index.ts";
import { eventId } from "../domain/ids.ts";
import type { ClipFilters } from "./schemas/clip.ts";

/**
 * The filters in the catalogue's form: times are in UTC, so that different notations of the same time are the same
 * filter.
 */
export function clipQuery({
  person,
  event,
  kind,
  channel,
  broadcast,
  from,
  to,
  minSimilarity,
  review,
}: ClipFilters): Omit<ClipQuery, "order" | "limit" | "cursor"> {
  return {
    person,
    event: event?.map(eventId),
    kind,
    channel,
    broadcast,
    from: utc(from),
    to: utc(to),
    minSimilarity,
    review,
  };
}

/** A time of a query in UTC. */
export function utc(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time.toUpperCase()).toISOString();
}

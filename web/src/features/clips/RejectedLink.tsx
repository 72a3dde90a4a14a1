import { messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";

/** Leads editors to the moments that were rejected, and back. */
export function RejectedLink({ place }: { place: Place }) {
  const { review, ...rest } = place;
  const there: Place = review === undefined ? { ...rest, review: "rejected" } : rest;
  return (
    <a class="button small quiet" href={addressOf(there)} onClick={(event) => follow(event, there)}>
      {review === undefined ? messages.clips.showRejected : messages.clips.back}
    </a>
  );
}

import { messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { Icon } from "../../ui/Icon.tsx";

/** Turns the list of moments round: from the first to the last of them, or the newest first. */
export function OrderLink({ place }: { place: Place }) {
  const { order, ...rest } = place;
  const there: Place = order === undefined ? { ...rest, order: "asc" } : rest;
  return (
    <a class="button small quiet" href={addressOf(there)} onClick={(event) => follow(event, there, "replace")}>
      <Icon name="order" /> {order === undefined ? messages.clips.oldestFirst : messages.clips.newestFirst}
    </a>
  );
}

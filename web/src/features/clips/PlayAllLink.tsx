import { messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { Icon } from "../../ui/Icon.tsx";

/** Leads to all moments that are shown, played one after the other. */
export function PlayAllLink({ place }: { place: Place }) {
  const there: Place = { ...place, clip: null, play: "all" };
  return (
    <a id="play-all" class="button small primary" href={addressOf(there)} onClick={(event) => follow(event, there)}>
      <Icon name="play" /> {messages.clips.playAll}
    </a>
  );
}

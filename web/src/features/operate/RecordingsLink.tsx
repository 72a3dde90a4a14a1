import { later } from "../../messages/index.ts";
import { type Place, addressOf, follow, usePlace } from "../../shared/location.ts";

/** Leads editors to the recordings. */
export function RecordingsLink() {
  const there: Place = { ...usePlace(), clip: null, play: undefined, operate: "recordings" };
  return (
    <a id="recordings" class="button small quiet" href={addressOf(there)} onClick={(event) => follow(event, there)}>
      {later.operate.recordings.title}
    </a>
  );
}

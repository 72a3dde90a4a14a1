import { later, messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { useFocusHandover } from "../../ui/use-focus-handover.ts";
import { dayWithTime } from "./when.ts";
import "./broadcasts.css";

/** Says which broadcast people, tape and moments are of, while the picture may be of another, and leads back. */
export function ChosenBroadcast(props: { since: number; isPast: boolean; live: boolean; place: Place }) {
  const { isPast, live } = props;
  const words = later.broadcasts;
  const there: Place = { ...props.place, broadcast: null, clip: null };
  const section = useFocusHandover<HTMLElement>(() => document.querySelector<HTMLElement>(".broadcast-button"));
  const note = isPast ? (live ? words.onlyPictureIsLive : words.earlier) : live ? words.onAir : words.newest;
  return (
    <section ref={section} class="chosen-broadcast" aria-label={words.chosen}>
      <p>
        <b>{dayWithTime(props.since)}</b> <span>{note}</span>
      </p>
      <a class="button small" href={addressOf(there)} onClick={(event) => follow(event, there)}>
        {isPast && live ? words.backToLive : messages.broadcasts.all}
      </a>
    </section>
  );
}

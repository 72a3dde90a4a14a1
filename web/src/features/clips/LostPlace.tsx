import { later, messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { useFocusHandover } from "../../ui/use-focus-handover.ts";
import "./lost.css";

/** Says that a link leads to people, a channel or a broadcast that aren't there, and offers the way back. */
export function LostPlace(props: {
  place: Place;
  people: readonly string[];
  channel: string | undefined;
  isBroadcastLost: boolean;
}) {
  const { place, people, channel, isBroadcastLost } = props;
  const box = useFocusHandover<HTMLDivElement>(() => document.getElementById("clips-title"));
  const there: Place = {
    ...place,
    people: place.people.filter((id) => !people.includes(id)),
    channel: channel === undefined ? place.channel : null,
    broadcast: isBroadcastLost ? null : place.broadcast,
  };
  return (
    <div ref={box} class="lost" role="status">
      {people.length > 0 && (
        <p>
          <b>{messages.clips.noSuchPerson.title(messages.clips.ids(people))}</b> {messages.clips.noSuchPerson.text}
        </p>
      )}
      {channel !== undefined && (
        <p>
          <b>{messages.clips.noSuchChannel.title(channel)}</b> {messages.clips.noSuchChannel.text}
        </p>
      )}
      {isBroadcastLost && channel === undefined && (
        <p>
          <b>{later.broadcasts.noSuch.title}</b> {later.broadcasts.noSuch.text}
        </p>
      )}
      <a class="button" href={addressOf(there)} onClick={(event) => follow(event, there)}>
        {there.people.length === 0 ? messages.clips.showAll : messages.clips.showOthers}
      </a>
    </div>
  );
}

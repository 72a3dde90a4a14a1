import { messages } from "../../messages/index.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";

/** Says that a link leads to people or a channel that aren't there, and offers the way back. */
export function LostPlace(props: { place: Place; people: readonly string[]; channel: string | undefined }) {
  const { place, people, channel } = props;
  if (people.length === 0 && channel === undefined) return null;
  const there: Place = {
    ...place,
    people: place.people.filter((id) => !people.includes(id)),
    channel: channel === undefined ? place.channel : null,
  };
  return (
    <div class="lost" role="status">
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
      <a class="button" href={addressOf(there)} onClick={(event) => follow(event, there)}>
        {there.people.length === 0 ? messages.clips.showAll : messages.clips.showOthers}
      </a>
    </div>
  );
}

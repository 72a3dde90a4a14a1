import type { Channel, Person } from "../../api/types.ts";
import { findable } from "../../shared/findable.ts";
import { useCaller } from "../../shared/services.ts";

/** Explains, while there are no clips, what will happen next and what would help. */
export function EmptyClips(props: {
  people: readonly Person[] | undefined;
  channel: Channel | undefined;
  searching: boolean;
  onAdd: (person?: Person) => void;
}) {
  const { people, channel } = props;
  const { mayEdit } = useCaller();
  if (people === undefined) return null;
  const unknown = people.filter((person) => !findable(person));

  if (people.length === 0) {
    return (
      <>
        <p>
          <b>Who should Spotlight look for?</b> Their moments appear here while the match is on.
        </p>
        {mayEdit && (
          <button type="button" class="button primary" onClick={() => props.onAdd()}>
            Add a person
          </button>
        )}
      </>
    );
  }
  if (unknown.length === people.length) {
    const [first] = unknown;
    const name = unknown.length === 1 && first !== undefined ? first.name : "anyone on the watch list";
    return (
      <>
        <p>
          <b>No face to look for yet.</b> Spotlight needs a photo to find {name}.
        </p>
        {mayEdit && (
          <button type="button" class="button primary" onClick={() => props.onAdd(first)}>
            Add a photo
          </button>
        )}
      </>
    );
  }
  const names = people.length === 1 && people[0] !== undefined ? people[0].name : "the people on the watch list";
  if (props.searching || channel?.live === true) {
    return (
      <p>
        <b>Looking for {names}.</b> Spotlight searches the match piece by piece; moments appear here automatically.
      </p>
    );
  }
  return (
    <p>
      <b>No moments yet.</b> During the next broadcast, moments of {names} appear here automatically.
    </p>
  );
}

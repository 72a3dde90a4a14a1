import type { Channel, Person } from "../../api/types.ts";
import { findable, needsRecognition } from "../../shared/findable.ts";
import { useCaller } from "../../shared/services.ts";

/** Explains, while there are no clips, what will happen next and what would help. */
export function EmptyClips(props: {
  people: readonly Person[] | undefined;
  channel: Channel | undefined;
  /** Only rejected moments are asked for. */
  rejected: boolean;
  searching: boolean;
  onAdd: (person?: Person) => void;
}) {
  const { people, channel } = props;
  const { mayEdit } = useCaller();
  if (people === undefined) return null;
  if (props.rejected) return <p>No moment was rejected.</p>;
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
  if (people.every((person) => !findable(person) || needsRecognition(person))) {
    const first = people.find(needsRecognition);
    const name = people.length === 1 && first !== undefined ? first.name : "These people";
    return (
      <>
        <p>
          <b>No photo to look for yet.</b>{" "}
          {mayEdit ? (
            <>
              {name} can be found only where Spotlight recognises celebrities by name: on AWS, or with a folder of
              photos for <code>--celebrities</code>. With a photo, Spotlight finds them anywhere.
            </>
          ) : (
            `${name} may not be found before there is a photo.`
          )}
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

import { useRef } from "preact/hooks";
import type { Person } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import { count } from "../../shared/format.ts";
import { type Place, addressOf, follow } from "../../shared/location.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { FacePicture } from "../../shared/face.ts";
import { Face } from "../../shared/Face.tsx";
import { findable } from "../../shared/findable.ts";
import { useCaller } from "../../shared/services.ts";
import { PhotoDrop } from "../operate/lazy.ts";
import "./people.css";

/**
 * Whose moments are shown: all people of the watch list, like a team sheet. Each is added to the choice or taken out of
 * it by a link, so that a choice can be shared.
 */
export function PeopleList(props: {
  people: readonly Person[] | undefined;
  faces: ReadonlyMap<string, FacePicture>;
  place: Place;
  /** Of a person of the list, if these photos were dropped on one. */
  onAdd: (person?: Person, photos?: readonly File[]) => void;
  onManage: () => void;
}) {
  const { people = [], place } = props;
  const { mayEdit } = useCaller();
  const list = useRef<HTMLElement>(null);
  const all = people.reduce((sum, { clips }) => sum + clips, 0);

  const chip = (ids: readonly string[], name: string, clips: number, picture?: FacePicture, waiting = false) => {
    const current = ids.length === 0 ? place.people.length === 0 : ids.every((id) => place.people.includes(id));
    const others = place.people.filter((id) => !ids.includes(id));
    const target: Place = { ...place, people: ids.length === 0 ? [] : current ? others : [...place.people, ...ids] };
    return (
      <li key={ids[0] ?? ""}>
        <a
          class="person"
          data-person={ids[0]}
          href={addressOf(target)}
          aria-current={current ? "true" : undefined}
          onClick={(event) => follow(event, target)}
        >
          {ids.length === 0 ? (
            <span class="face">
              <Icon name="people" />
            </span>
          ) : (
            <Face name={name} picture={picture} />
          )}
          <span class="person-name">{name}</span>
          {current && ids.length > 0 && <Icon name="check" />}
          {waiting ? (
            <span class="person-note">{messages.people.needsPhoto}</span>
          ) : (
            <span class="person-count">
              <span aria-hidden="true">{count(clips)}</span>
              <span class="visually-hidden">{messages.moments(clips)}</span>
            </span>
          )}
        </a>
      </li>
    );
  };

  return (
    <nav ref={list} class="people" aria-label={messages.people.label}>
      <header class="people-head">
        <h2>{messages.people.title}</h2>
        {mayEdit && people.length > 0 && (
          <button type="button" class="button small quiet" onClick={props.onManage}>
            {messages.people.manage}
          </button>
        )}
      </header>
      <ul class="people-list">
        {people.length > 1 && chip([], messages.people.everyone, all)}
        {people.map((person) =>
          chip([person.id], person.name, person.clips, props.faces.get(person.id), mayEdit && !findable(person)),
        )}
        {mayEdit && (
          <li>
            <button type="button" class="person person-add" onClick={() => props.onAdd()}>
              <span class="face">
                <Icon name="add" />
              </span>
              <span class="person-name">{messages.empty.addPerson}</span>
            </button>
          </li>
        )}
      </ul>
      {mayEdit && <PhotoDrop list={list} people={people} onDropped={props.onAdd} />}
      {props.people?.length === 0 && !mayEdit && <p class="people-none">{messages.people.none}</p>}
    </nav>
  );
}

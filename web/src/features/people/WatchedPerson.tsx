import type { Person } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { Face } from "../../shared/Face.tsx";
import type { FacePicture } from "../../shared/face.ts";
import { count } from "../../shared/format.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { neighbouring, useFocusHandover } from "../../ui/use-focus-handover.ts";
import { PersonName } from "./PersonName.tsx";

/** One person of the watch list, whose name can be changed. */
export function WatchedPerson(props: {
  person: Person;
  picture: FacePicture | undefined;
  onPhotos: () => void;
  onRemove: () => void;
  onChanged: () => void;
}) {
  const { person } = props;
  const item = useFocusHandover<HTMLLIElement>(
    (removed) =>
      neighbouring(removed, ".icon-button:last-child") ??
      removed.closest("dialog")?.querySelector<HTMLElement>(".dialog-close"),
  );
  return (
    <li ref={item}>
      <Face name={person.name} picture={props.picture} />
      <div class="watch-text">
        <PersonName person={person} onChanged={props.onChanged} />
        <span class="watch-facts">{factsOf(person)}</span>
      </div>
      <IconButton icon="camera" label={later.people.addPhotosOf(person.name)} onClick={props.onPhotos} />
      <IconButton icon="trash" label={later.people.removeOf(person.name)} onClick={props.onRemove} />
    </li>
  );
}

/** With three photos, most moments are found. */
const photosAdvised = 3;

function photosText(photos: number): string {
  const missing = photosAdvised - photos;
  const text = later.people.photos(photos);
  return missing > 0 ? later.people.photosToAdd(text, count(missing)) : text;
}

function factsOf({ photos, celebrity, clips }: Person): string {
  const sources = [photos === 0 ? "" : photosText(photos), celebrity === null ? "" : later.people.wellKnown].filter(
    Boolean,
  );
  return `${sources.length === 0 ? later.people.cannotBeFound : sources.join(", ")} · ${messages.moments(clips)}`;
}

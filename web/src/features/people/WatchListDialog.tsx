import { useState } from "preact/hooks";
import type { Person } from "../../api/types.ts";
import { count } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import type { FacePicture } from "../../shared/face.ts";
import { Face } from "../../shared/Face.tsx";
import { PersonName } from "./PersonName.tsx";

/** The people on the watch list: add photos, rename, forget. */
export function WatchListDialog(props: {
  people: readonly Person[];
  faces: ReadonlyMap<string, FacePicture>;
  onPhotos: (person: Person) => void;
  onChanged: () => void;
  onClose: () => void;
}) {
  const { api } = useServices();
  const [leaving, setLeaving] = useState<Person>();

  return (
    <Dialog title="Watch list" onClose={props.onClose} class="watch-list">
      <ul class="watch">
        {props.people.map((person) => (
          <li key={person.id}>
            <Face name={person.name} picture={props.faces.get(person.id)} />
            <div class="watch-text">
              <PersonName person={person} onChanged={props.onChanged} />
              <span class="watch-facts">{factsOf(person)}</span>
            </div>
            <IconButton icon="camera" label={`Add photos of ${person.name}`} onClick={() => props.onPhotos(person)} />
            <IconButton icon="trash" label={`Remove ${person.name}`} onClick={() => setLeaving(person)} />
          </li>
        ))}
      </ul>
      {props.people.length === 0 && <p>Nobody yet.</p>}
      {leaving !== undefined && (
        <Confirm
          title={`Remove ${leaving.name}?`}
          text="Their photos and face data are deleted and their moments disappear. Recordings stay."
          action="Remove"
          onClose={() => setLeaving(undefined)}
          onConfirm={async () => {
            await api.deletePerson(leaving.id);
            props.onChanged();
          }}
        />
      )}
    </Dialog>
  );
}

/** With three photos, most moments are found. */
const photosAdvised = 3;

function photosText(photos: number): string {
  const missing = photosAdvised - photos;
  return `${photos === 1 ? "1 photo" : `${count(photos)} photos`}${missing > 0 ? ` (add ${missing} more)` : ""}`;
}

function factsOf({ photos, celebrity, clips }: Person): string {
  const sources = [photos === 0 ? "" : photosText(photos), celebrity === null ? "" : "well known"].filter(Boolean);
  return (
    `${sources.length === 0 ? "No photo yet: can't be found" : sources.join(", ")} · ` +
    (clips === 1 ? "1 moment" : `${count(clips)} moments`)
  );
}

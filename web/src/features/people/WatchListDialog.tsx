import { useState } from "preact/hooks";
import type { Person } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";
import { Confirm } from "../../ui/Confirm.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import type { FacePicture } from "../../shared/face.ts";
import { WatchedPerson } from "./WatchedPerson.tsx";
import "./people-dialogs.css";

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
    <Dialog title={messages.people.title} onClose={props.onClose} class="watch-list">
      <ul class="watch">
        {props.people.map((person) => (
          <WatchedPerson
            key={person.id}
            person={person}
            picture={props.faces.get(person.id)}
            onPhotos={() => props.onPhotos(person)}
            onRemove={() => setLeaving(person)}
            onChanged={props.onChanged}
          />
        ))}
      </ul>
      {props.people.length === 0 && <p>{later.people.noneYet}</p>}
      {leaving !== undefined && (
        <Confirm
          title={later.people.removal.title(leaving.name)}
          text={later.people.removal.text}
          action={later.people.remove}
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

import { useState } from "preact/hooks";
import { editing } from "../../api/editing.ts";
import type { Person } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { listText } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { UndoNotice } from "../../shared/UndoNotice.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import type { FacePicture } from "../../shared/face.ts";
import { LookAlikes } from "./LookAlikes.tsx";
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
  const { api, undo } = useServices();
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
      {props.people.length > 1 && <LookAlikes people={props.people} onChanged={props.onChanged} />}
      {leaving !== undefined && (
        <Confirm
          title={later.people.removal(leaving.name)}
          text={removalText(leaving)}
          action={later.people.remove}
          onClose={() => setLeaving(undefined)}
          onConfirm={async () => {
            const { faces, clips, broadcasts } = await editing(api).deletePerson(leaving.id);
            undo.offer({
              sentence: later.operate.forget.done(leaving.name, faces, clips, broadcasts),
              undoId: null,
              onUndone: props.onChanged,
            });
            props.onChanged();
          }}
        />
      )}
      <UndoNotice next={() => document.querySelector<HTMLElement>(".watch-list .dialog-close")} />
    </Dialog>
  );
}

/** What will be deleted with a person, as far as it is known before. */
function removalText({ photos, clips }: Person): string {
  const texts = later.operate.forget;
  const parts = [photos > 0 && texts.photos(photos), clips > 0 && texts.moments(clips)].filter(
    (part) => part !== false,
  );
  return parts.length === 0 ? texts.nameOnly : texts.what(listText(parts));
}

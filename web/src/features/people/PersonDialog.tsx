import { useState } from "preact/hooks";
import { sentenceOf } from "../../api/problem.ts";
import type { Box, Person } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { PhotoPicker } from "./PhotoPicker.tsx";
import { PhotoShelf } from "./PhotoShelf.tsx";
import { useUploads } from "./use-uploads.ts";

/**
 * Registers a person, or adds photos to a registered one. A person who was created remains if their photos are refused:
 * the dialog continues with them, so that another attempt never fails with "this name is taken".
 */
export function PersonDialog(props: { person?: Person; onClose: () => void; onChanged: () => void }) {
  const { api, announce } = useServices();
  const uploads = useUploads();
  const [person, setPerson] = useState(props.person);
  const [name, setName] = useState(props.person?.name ?? "");
  const [celebrity, setCelebrity] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const ready = uploads.list.some(({ state }) => state === "ready");

  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const known = person ?? (await api.createPerson({ name: name.trim(), celebrity }));
      setPerson(known);
      const { failed, sent, open, notable } = await uploads.send(known.id);
      props.onChanged();
      if (failed === 0 && (open > 0 || notable)) {
        announce(`${known.name} is on the watch list`);
      } else if (failed === 0) {
        announce(`${known.name} is on the watch list`);
        props.onClose();
      } else if (sent === 0 && open === 0) {
        setProblem(
          person === undefined && !celebrity
            ? `${known.name} is on the watch list, but can't be found without a photo. Choose another one.`
            : "Choose another photo.",
        );
      }
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  };

  const choose = async (key: number, face: Box) => {
    if (person === undefined) return;
    setProblem(undefined);
    await uploads.choose(key, person.id, face);
    props.onChanged();
  };

  const isDone = person !== undefined && uploads.list.some(({ state }) => state === "sent");

  return (
    <Dialog
      title={person === undefined ? "Add a person" : `Photos of ${person.name}`}
      onClose={props.onClose}
      class="person-dialog"
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {person === undefined && (
          <>
            <label class="field">
              <span>Name</span>
              <input
                name="name"
                value={name}
                required
                maxLength={100}
                autoComplete="off"
                data-focus
                onInput={(event) => {
                  setName(event.currentTarget.value);
                  setProblem(undefined);
                }}
              />
            </label>
            <label class="check">
              <input
                type="checkbox"
                checked={celebrity}
                onChange={(event) => setCelebrity(event.currentTarget.checked)}
              />
              <span>Well known: recognise by name, even without a photo</span>
            </label>
          </>
        )}
        <PhotoPicker onFiles={(files) => void uploads.addFiles(files)} onPhoto={uploads.addPhoto} />
        <PhotoShelf uploads={uploads.list} onRemove={uploads.remove} onFace={(key, face) => void choose(key, face)} />
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <div class="row end">
          <button type="button" class="button quiet" onClick={props.onClose}>
            {isDone ? "Done" : person !== undefined && props.person === undefined ? "Later" : "Cancel"}
          </button>
          <button
            type="submit"
            class="button primary"
            disabled={busy || name.trim() === "" || (!ready && (person !== undefined || !celebrity))}
          >
            {busy ? "Saving…" : person === undefined ? "Add" : "Send photos"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

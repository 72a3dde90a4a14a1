import { useEffect, useRef, useState } from "preact/hooks";
import { editing } from "../../api/editing.ts";
import { ApiProblem, sentenceOf } from "../../api/problem.ts";
import type { Box, Named, Person } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { useServices } from "../../shared/services.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { NameField } from "./NameField.tsx";
import { PhotoPicker } from "./PhotoPicker.tsx";
import { PhotoShelf } from "./PhotoShelf.tsx";
import { useUploads } from "./use-uploads.ts";
import "./people-dialogs.css";

/**
 * Registers a person, or adds photos to a registered one. A person who was created remains while their photos are
 * refused, so that another attempt never fails with "this name is taken"; the editor then decides whether someone
 * without a photo, who can't be found, stays.
 */
export function PersonDialog(props: {
  person?: Person | undefined;
  /** Chosen already: dropped on the list. */
  photos?: readonly File[] | undefined;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { api, announce, undo } = useServices();
  const uploads = useUploads();
  const [person, setPerson] = useState(props.person);
  const [name, setName] = useState(props.person?.name ?? "");
  const [celebrity, setCelebrity] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [nameProblem, setNameProblem] = useState<string>();
  const keep = useRef<HTMLButtonElement>(null);
  const ready = uploads.list.some(({ state }) => state === "ready");
  const isDone = person !== undefined && uploads.list.some(({ state }) => state === "sent");
  const isNew = props.person === undefined;
  const undecided = isNew && person !== undefined && !celebrity && !isDone;

  useEffect(() => void uploads.addFiles(props.photos ?? []), []);

  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    setNameProblem(undefined);
    try {
      const known = person ?? (await api.createPerson({ name: name.trim(), celebrity }));
      setPerson(known);
      const { failed, sent, open, notable } = await uploads.send(known.id);
      props.onChanged();
      if (failed === 0 && open === 0) announce(later.person.isListed(known.name));
      if (failed === 0 && open === 0 && !notable) props.onClose();
      // What was pressed can't be pressed again without another photo.
      else if (sent === 0) document.getElementById("photo-files")?.focus();
    } catch (error) {
      if (error instanceof ApiProblem && error.code === "name-taken") setNameProblem(sentenceOf(error));
      else setProblem(sentenceOf(error));
    }
    setBusy(false);
  };

  const choose = async (key: number, face: Box) => {
    if (person === undefined) return;
    setProblem(undefined);
    await uploads.choose(key, person.id, face);
    props.onChanged();
  };

  const attempt = async (act: (person: Person) => Promise<void>) => {
    if (person === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await act(person);
      props.onChanged();
      props.onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy(false);
    }
  };
  const merge = (owner: Named) =>
    attempt(async ({ id, name: merged }) => {
      const undoId = await api.mergePerson(id, owner.id);
      undo.offer({ sentence: later.person.merged(merged, owner.name), undoId, onUndone: props.onChanged });
    });
  const remove = () =>
    attempt(async ({ id, name: removed }) => {
      await editing(api).deletePerson(id);
      announce(later.person.isRemoved(removed));
    });

  const close = () => {
    if (isNew && busy) return;
    if (undecided) keep.current?.focus();
    else props.onClose();
  };

  return (
    <Dialog
      title={person === undefined ? later.person.add : later.person.photosOf(person.name)}
      onClose={close}
      class="person-dialog"
      focusAfter={() => document.querySelector(".person-add")}
    >
      <form
        class="form"
        onPaste={({ clipboardData }) => void uploads.addFiles([...(clipboardData?.files ?? [])])}
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void save();
        }}
      >
        {person === undefined && (
          <>
            <NameField
              name={name}
              problem={nameProblem}
              onName={(next) => {
                setName(next);
                setNameProblem(undefined);
                setProblem(undefined);
              }}
            />
            <label class="check">
              <input
                type="checkbox"
                checked={celebrity}
                onChange={(event) => setCelebrity(event.currentTarget.checked)}
              />
              <span>{later.person.celebrity}</span>
            </label>
          </>
        )}
        <PhotoPicker onFiles={(files) => void uploads.addFiles(files)} onPhoto={uploads.addPhoto} />
        <PhotoShelf
          uploads={uploads.list}
          onRemove={uploads.remove}
          onFace={(key, face) => void choose(key, face)}
          onMerge={(owner) => void merge(owner)}
        />
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        {undecided && !busy && (
          <p role="status">
            <b>{later.person.withoutPhoto.title(person.name)}</b> {later.person.withoutPhoto.text}
          </p>
        )}
        <div class="row end">
          {undecided && !busy ? (
            <>
              <button type="button" class="button quiet" onClick={() => void remove()}>
                {later.people.removeOf(person.name)}
              </button>
              <button ref={keep} type="button" class="button quiet" onClick={props.onClose}>
                {later.person.withoutPhoto.keep}
              </button>
            </>
          ) : (
            <button type="button" class="button quiet" onClick={close}>
              {isDone ? later.person.done : messages.cancel}
            </button>
          )}
          <button
            type="submit"
            class="button primary"
            aria-disabled={busy}
            disabled={name.trim() === "" || (!busy && !ready && (person !== undefined || !celebrity))}
          >
            {busy ? later.person.saving : person === undefined ? later.person.save : later.person.send}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiProblem } from "../../api/problem.ts";
import { editing } from "../../api/editing.ts";
import type { Named } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { Face } from "../../shared/Face.tsx";
import type { FacePicture } from "../../shared/face.ts";
import { addressOf, follow, usePlace } from "../../shared/location.ts";
import { useServices } from "../../shared/services.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { NameField } from "../people/NameField.tsx";
import { type Followed, createFollowing } from "./following.ts";
import { momentsOf } from "./moments-of.ts";
import { followSentence } from "./problem.ts";

/** Asks for the name of a face in a picture, and follows them. */
export function FollowDialog(props: {
  token: string;
  face: FacePicture;
  onFollowed: (followed: Followed) => void;
  /** It turned out whose face it is. */
  onKnown: (person: Named) => void;
  onClose: () => void;
}) {
  const { api } = useServices();
  const place = usePlace();
  const following = useMemo(() => createFollowing({ ...api, ...editing(api) }, props.token), [api, props.token]);
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  /** Who has the name already. */
  const [namesake, setNamesake] = useState<Named>();
  /** Whose face it is already. */
  const [owner, setOwner] = useState<Named>();
  const [problem, setProblem] = useState<string>();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => link.current?.focus(), [owner]);

  const attempt = async (act: () => Promise<Followed>) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      props.onFollowed(await act());
    } catch (error) {
      const { code, person } = error instanceof ApiProblem ? error : {};
      if (code === "name-taken" && person !== undefined) setNamesake(person);
      else if (code === "face-taken" && person !== undefined) setOwner(person);
      else setProblem(followSentence(error));
      setBusy(false);
    }
  };
  const close = () => {
    // Someone is just being put on the list: what comes of it is told.
    if (busy) return;
    void following.giveUp();
    if (owner === undefined) props.onClose();
    else props.onKnown(owner);
  };

  return (
    <Dialog title={later.follow.title} onClose={close} class="follow-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          // Enter again must not decide what was asked.
          if (namesake === undefined && owner === undefined) void attempt(() => following.follow(name.trim()));
        }}
      >
        <div class="follow-who">
          <Face name="" picture={props.face} />
          {owner === undefined ? (
            <NameField
              name={name}
              problem={namesake && later.follow.nameTaken(namesake.name)}
              onName={(next) => {
                setName(next);
                setNamesake(undefined);
                setProblem(undefined);
              }}
            />
          ) : (
            <p role="alert">{later.follow.faceTaken(owner.name)}</p>
          )}
        </div>
        {problem !== undefined && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <div class="row end">
          <button type="button" class="button quiet" onClick={close}>
            {owner === undefined ? messages.cancel : messages.close}
          </button>
          {owner !== undefined && (
            <a
              ref={link}
              class="button primary"
              href={addressOf(momentsOf(owner, place))}
              onClick={(event) => {
                follow(event, momentsOf(owner, place));
                close();
              }}
            >
              {messages.clips.titleOf(owner.name)}
            </a>
          )}
          {owner === undefined && namesake !== undefined && (
            <button
              type="button"
              class="button primary"
              aria-disabled={busy}
              onClick={() => void attempt(() => following.addTo(namesake))}
            >
              {busy ? later.follow.saving : later.follow.addTo(namesake.name)}
            </button>
          )}
          {owner === undefined && namesake === undefined && (
            <button type="submit" class="button primary" aria-disabled={busy} disabled={name.trim() === ""}>
              {busy ? later.follow.saving : later.follow.follow}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

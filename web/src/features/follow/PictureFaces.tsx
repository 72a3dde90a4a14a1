import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Frame, Named } from "../../api/types.ts";
import { later, messages } from "../../messages/index.ts";
import { clockTime, count, listText } from "../../shared/format.ts";
import { useServices } from "../../shared/services.ts";
import { useFocusHandover } from "../../ui/use-focus-handover.ts";
import { FaceBox } from "./FaceBox.tsx";
import { FollowDialog } from "./FollowDialog.tsx";
import type { Followed } from "./following.ts";
import { followSentence } from "./problem.ts";
import { useFrame } from "./use-frame.ts";
import type { FacedPicture } from "./WhoIsThis.tsx";
import "./follow.css";

/**
 * The captured picture that the API looked at, with its faces. It lies over what was paused, which may be up to a
 * second away, or, live, some recordings later: boxes on another picture than theirs would be wrong.
 */
export function PictureFaces(props: { picture: FacedPicture; onChanged: () => void; onClose: () => void }) {
  const { picture } = props;
  const { api } = useServices();
  const { frame, problem, retry } = useFrame(picture);
  /** Width divided by height, once the picture is there. */
  const [ratio, setRatio] = useState<number>();
  /** Who was named meanwhile, by the token of the face. */
  const [named, setNamed] = useState<ReadonlyMap<string, Named>>(new Map());
  const [chosen, setChosen] = useState<string>();
  const [done, setDone] = useState<string>();
  const part = useFocusHandover<HTMLDivElement>(whoButtonOf);
  const list = useRef<HTMLUListElement>(null);
  const faces = frame?.faces ?? [];
  const chosenFace = faces.find(({ token }) => token === chosen);

  const name = (token: string, person: Named) => {
    setNamed((before) => new Map([...before, [token, person]]));
    setChosen(undefined);
  };
  useLayoutEffect(() => {
    // The button to follow has become a link to the person's moments.
    const token = [...named.keys()].at(-1);
    if (token !== undefined) list.current?.querySelector<HTMLElement>(`[data-face="${CSS.escape(token)}"]`)?.focus();
  }, [named]);

  const onFollowed = (token: string, followed: Followed) => {
    const { person, photo, isNew } = followed;
    const alike = photo.lookAlikes.map((one) => one.name);
    const say = (sentence: string) =>
      setDone(alike.length === 0 ? sentence : `${sentence} ${later.follow.lookAlikes(listText(alike))}`);
    name(token, person);
    props.onChanged();
    if (!isNew) {
      say(later.follow.added(person.name));
      return;
    }
    // Whether the archive is searched by itself is the deployment's choice.
    api.hasSearch(person.id).then(
      () => say(later.follow.searched(person.name)),
      () => say(later.follow.fromNowOn(person.name)),
    );
  };

  return (
    <div
      ref={part}
      class="faces"
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) props.onClose();
      }}
    >
      {frame !== undefined && (
        <div class="faces-picture" style={ratio === undefined ? {} : { "--ratio": String(ratio) }}>
          <img
            src={frame.picture}
            alt=""
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setRatio(naturalWidth / naturalHeight)}
          />
          {ratio !== undefined && (
            <ul ref={list} aria-label={later.follow.faces}>
              {faces.map(({ box, person, token }, index) => (
                <FaceBox
                  key={token}
                  box={box}
                  token={token}
                  person={named.get(token) ?? person ?? undefined}
                  label={later.follow.face(count(index + 1), count(faces.length))}
                  onFollow={() => setChosen(token)}
                />
              ))}
            </ul>
          )}
        </div>
      )}
      {frame?.at !== undefined && frame.at !== null && <p class="faces-time">{timeOf(picture, frame.at)}</p>}
      <div class={`faces-note ${problem === undefined && done === undefined && faces.length > 0 ? "is-hint" : ""}`}>
        <p role="status">{problem === undefined ? (done ?? noteOf(frame)) : followSentence(problem)}</p>
        {problem !== undefined && <TryAgain onClick={retry} />}
      </div>
      {frame !== undefined && chosenFace !== undefined && (
        <FollowDialog
          token={chosenFace.token}
          face={{ poster: frame.picture, box: chosenFace.box }}
          onFollowed={(followed) => onFollowed(chosenFace.token, followed)}
          onKnown={(person) => name(chosenFace.token, person)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

function TryAgain({ onClick }: { onClick: () => void }) {
  const button = useFocusHandover<HTMLButtonElement>(whoButtonOf);
  return (
    <button ref={button} type="button" class="button small" onClick={onClick}>
      {messages.tryAgain}
    </button>
  );
}

function whoButtonOf(removed: HTMLElement): HTMLElement | null | undefined {
  return removed.closest(".who")?.querySelector<HTMLElement>(".who-button");
}

function noteOf(frame: Frame | undefined): string {
  const { looking, noFace, found } = later.follow;
  if (frame === undefined) return looking;
  return frame.faces.length === 0 ? noFace : found(frame.faces.length);
}

function timeOf({ of }: FacedPicture, at: string): string {
  const { newest, nearest } = later.follow;
  return of === "channels" ? newest(clockTime(at)) : nearest(clockTime(at));
}

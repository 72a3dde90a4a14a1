import type { Box, Named } from "../../api/types.ts";
import { later } from "../../messages/index.ts";
import { listText } from "../../shared/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { neighbouring, useFocusHandover } from "../../ui/use-focus-handover.ts";
import type { Upload } from "./use-uploads.ts";

/** What can be done with a photo that was chosen. */
interface Actions {
  onRemove: (key: number) => void;
  /** In a photo with several faces, one is chosen by a click. */
  onFace: (key: number, face: Box) => void;
  /** Both are the same human. */
  onMerge: (owner: Named) => void;
}

/** The photos that were chosen, each with its result. */
export function PhotoShelf({ uploads, ...actions }: Actions & { uploads: readonly Upload[] }) {
  if (uploads.length === 0) return null;
  return (
    <ul class="shelf" aria-label={later.photos.label}>
      {uploads.map((upload) => (
        <Photo key={upload.key} upload={upload} {...actions} />
      ))}
    </ul>
  );
}

function Photo({ upload, onRemove, onFace, onMerge }: Actions & { upload: Upload }) {
  const { key, url, state, problem, owner, faces = [], lookAlikes = [] } = upload;
  const refused = state === "failed" || state === "taken";
  const item = useFocusHandover<HTMLLIElement>(
    (removed) => neighbouring(removed, ".shelf-remove") ?? document.getElementById("photo-files"),
  );
  return (
    <li ref={item} class={`shelf-item is-${state}`}>
      {state === "choose" && url !== undefined ? (
        <span class="shelf-faces">
          <img src={url} alt="" />
          {faces.map((face, index) => (
            <button
              key={index}
              type="button"
              aria-label={later.photos.face(index + 1, faces.length)}
              style={placeOf(face)}
              onClick={() => onFace(key, face)}
            />
          ))}
        </span>
      ) : (
        <span class="shelf-photo">
          {url !== undefined && <img src={url} alt="" />}
          {state === "sent" && <Icon name="check" />}
          {refused && <Icon name="warning" />}
        </span>
      )}
      <span class="shelf-text" role={refused || state === "choose" ? "alert" : undefined}>
        {state === "ready" && later.photos.ready}
        {state === "sending" && later.photos.sending}
        {state === "sent" && foundText(lookAlikes)}
        {(state === "failed" || state === "choose") && problem}
        {state === "taken" && owner !== undefined && later.photos.taken(owner.name)}
      </span>
      {state !== "sent" && state !== "sending" && (
        <span class="shelf-actions">
          {state === "taken" && owner !== undefined && (
            <button type="button" class="button small" onClick={() => onMerge(owner)}>
              {later.photos.merge}
            </button>
          )}
          <button type="button" class="button small quiet shelf-remove" onClick={() => onRemove(key)}>
            {later.people.remove}
          </button>
        </span>
      )}
    </li>
  );
}

function foundText(lookAlikes: readonly string[]): string {
  if (lookAlikes.length === 0) return later.photos.found;
  return later.photos.lookAlikes(listText(lookAlikes));
}

function placeOf({ left, top, width, height }: Box): Record<string, string> {
  const percent = (part: number): string => `${(100 * part).toFixed(2)}%`;
  return { left: percent(left), top: percent(top), width: percent(width), height: percent(height) };
}

import type { Box } from "../../api/types.ts";
import { Icon } from "../../ui/Icon.tsx";
import type { Upload } from "./use-uploads.ts";

/** The photos that were chosen, each with its result. In a photo with several faces, one is chosen by a click. */
export function PhotoShelf({
  uploads,
  onRemove,
  onFace,
}: {
  uploads: readonly Upload[];
  onRemove: (key: number) => void;
  onFace: (key: number, face: Box) => void;
}) {
  if (uploads.length === 0) return null;
  return (
    <ul class="shelf" aria-label="Photos">
      {uploads.map(({ key, url, state, problem, faces = [], lookAlikes = [] }) => (
        <li key={key} class={`shelf-item is-${state}`}>
          {state === "choose" && url !== undefined ? (
            <span class="shelf-faces">
              <img src={url} alt="" />
              {faces.map((face, index) => (
                <button
                  key={index}
                  type="button"
                  aria-label={`Face ${index + 1} of ${faces.length}`}
                  style={placeOf(face)}
                  onClick={() => onFace(key, face)}
                />
              ))}
            </span>
          ) : (
            <span class="shelf-photo">
              {url !== undefined && <img src={url} alt="" />}
              {state === "sent" && <Icon name="check" />}
              {state === "failed" && <Icon name="warning" />}
            </span>
          )}
          <span class="shelf-text" role={state === "failed" || state === "choose" ? "alert" : undefined}>
            {state === "ready" && "Ready"}
            {state === "sending" && "Looking for the face…"}
            {state === "sent" && foundText(lookAlikes)}
            {(state === "failed" || state === "choose") && problem}
          </span>
          {(state === "failed" || state === "choose" || state === "ready") && (
            <button type="button" class="button small quiet" onClick={() => onRemove(key)}>
              Remove
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function foundText(lookAlikes: readonly string[]): string {
  if (lookAlikes.length === 0) return "Face found";
  return `Face found. Hard to tell from ${lookAlikes.join(" and ")}: add more photos of both.`;
}

function placeOf({ left, top, width, height }: Box): Record<string, string> {
  const percent = (part: number): string => `${(100 * part).toFixed(2)}%`;
  return { left: percent(left), top: percent(top), width: percent(width), height: percent(height) };
}

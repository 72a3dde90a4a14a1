import { Icon } from "../../ui/Icon.tsx";
import type { Upload } from "./use-uploads.ts";

/** The photos that were chosen, each with how it went. */
export function PhotoShelf({ uploads, onRemove }: { uploads: readonly Upload[]; onRemove: (key: number) => void }) {
  if (uploads.length === 0) return null;
  return (
    <ul class="shelf" aria-label="Photos">
      {uploads.map(({ key, url, state, problem }) => (
        <li key={key} class={`shelf-item is-${state}`}>
          <span class="shelf-photo">
            {url !== undefined && <img src={url} alt="" />}
            {state === "sent" && <Icon name="check" />}
            {state === "failed" && <Icon name="warning" />}
          </span>
          <span class="shelf-text" role={state === "failed" ? "alert" : undefined}>
            {state === "ready" && "Ready"}
            {state === "sending" && "Looking for the face…"}
            {state === "sent" && "Face found"}
            {problem}
          </span>
          {(state === "failed" || state === "ready") && (
            <button type="button" class="button small quiet" onClick={() => onRemove(key)}>
              Remove
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

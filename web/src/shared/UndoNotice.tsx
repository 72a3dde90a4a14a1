import { useRef } from "preact/hooks";
import { messages } from "../messages/index.ts";
import { useFocusHandover } from "../ui/use-focus-handover.ts";
import { useServices } from "./services.ts";
import { useOffer } from "./undo.ts";
import "./undo.css";

/**
 * Says what an editor just did, and offers to take it back. A modal dialog has its own, since what is outside of it can
 * neither be reached nor is read out.
 *
 * @param props.shortcut the key that takes it back, if there is one.
 * @param props.next where the focus goes from Undo if it came from nowhere.
 */
export function UndoNotice(props: { shortcut?: string; next: () => HTMLElement | null }) {
  const { undo } = useServices();
  const offer = useOffer(undo);
  return (
    <div
      class={offer === undefined ? "visually-hidden" : "undo-notice"}
      onMouseEnter={undo.hold}
      onMouseLeave={undo.release}
    >
      {/* Always there: screen readers watch only what they know. */}
      <span role="status">
        {offer?.sentence}
        {offer?.undoable === true && props.shortcut !== undefined && (
          <span class="visually-hidden">{messages.undo.keyTakesBack(props.shortcut.toUpperCase())}</span>
        )}
      </span>
      {offer?.undoable === true && <UndoButton {...props} />}
    </div>
  );
}

function UndoButton({ shortcut, next }: { shortcut?: string; next: () => HTMLElement | null }) {
  const { undo } = useServices();
  const before = useRef<EventTarget | null>(null);
  const button = useFocusHandover<HTMLButtonElement>(() =>
    before.current instanceof HTMLElement && before.current.isConnected ? before.current : next(),
  );
  return (
    <button
      ref={button}
      type="button"
      class="button small"
      aria-keyshortcuts={shortcut}
      title={shortcut === undefined ? undefined : messages.undo.withKey(messages.undo.undo, shortcut.toUpperCase())}
      onFocus={(event) => {
        before.current = event.relatedTarget;
        undo.hold();
      }}
      onBlur={undo.release}
      onClick={() => void undo.take()}
    >
      {messages.undo.undo}
    </button>
  );
}

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { messages } from "../messages/index.ts";
import { focusOn } from "./focus-on.ts";
import { IconButton } from "./IconButton.tsx";

/**
 * A modal dialog based on `<dialog>`: it keeps the focus inside, closes on Esc and on a click outside, and returns the
 * focus to where it was. The element with `data-focus` gets the focus first.
 */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  class?: string;
  hideTitle?: boolean;
  /** Where the focus goes if it came from nowhere, or from what is gone by then. */
  focusAfter?: () => HTMLElement | null;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const { onClose } = props;
  const latest = useRef(props);
  latest.current = props;

  // Not a plain effect: its clean-up may run after the dialog is removed, when the focus is already lost.
  useLayoutEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-focus]")?.focus();
    return () => {
      dialog?.close();
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
      focusOn(isThere ? before : latest.current.focusAfter?.());
    };
  }, []);

  return (
    <dialog
      ref={element}
      class={`dialog ${props.class ?? ""}`}
      aria-label={props.title}
      onCancel={(event) => {
        // The owner decides, so that the address and the dialog can't disagree.
        event.preventDefault();
        if (event.target === element.current) onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 class={props.hideTitle ? "visually-hidden" : ""}>{props.title}</h2>
          <IconButton icon="close" label={messages.close} class="dialog-close" onClick={onClose} />
        </header>
        {props.children}
      </div>
    </dialog>
  );
}

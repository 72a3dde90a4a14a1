import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { messages } from "../../messages/index.ts";
import { focusOn } from "../../ui/focus-on.ts";
import { IconButton } from "../../ui/IconButton.tsx";

/**
 * What plays in the stage, in place of the live picture. It takes the focus, closes on Esc, and gives the focus back.
 *
 * @param shown what is played: when that changes from outside, the focus follows.
 */
export function StagePanel(props: {
  title: string;
  shown: string;
  onClose: () => void;
  /** Where the focus goes when it closes; otherwise back to where it was. */
  focusAfter: () => HTMLElement | null;
  children: ComponentChildren;
}) {
  const { title, shown } = props;
  const element = useRef<HTMLElement>(null);
  const latest = useRef(props);
  latest.current = props;

  // Not a plain effect: its clean-up may run after the panel is removed, when the focus is already lost.
  useLayoutEffect(() => {
    const before = document.activeElement;
    return () => {
      const { activeElement } = document;
      if (activeElement !== document.body && element.current?.contains(activeElement) !== true) return;
      const isThere = before instanceof HTMLElement && before.isConnected && before !== document.body;
      focusOn(latest.current.focusAfter() ?? (isThere ? before : null));
    };
  }, []);

  useLayoutEffect(() => {
    const panel = element.current;
    if (panel?.contains(document.activeElement) === true) return;
    panel?.querySelector<HTMLElement>("[data-focus]")?.focus({ preventScroll: true });
    // To the top of the page where that shows all of it.
    if (panel !== null && panel.getBoundingClientRect().top < 0) panel.scrollIntoView({ block: "start" });
    else panel?.scrollIntoView({ block: "nearest" });
  }, [shown]);

  // Esc works as soon as the panel is there.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      if (document.fullscreenElement === null) latest.current.onClose();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  return (
    <section ref={element} class="moment-stage" aria-label={title}>
      <h2 class="visually-hidden">{title}</h2>
      {props.children}
      <IconButton icon="close" label={messages.close} class="moment-close" onClick={props.onClose} />
    </section>
  );
}

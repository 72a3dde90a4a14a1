import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { focusOn } from "./focus-on.ts";

/**
 * For an element that may be removed while it has the focus: hands the focus on, instead of letting it fall to the page
 * (WCAG 2.2, 2.4.3).
 *
 * @param next where to, called while the element is still there.
 */
export function useFocusHandover<Kind extends HTMLElement>(
  next: (removed: Kind) => HTMLElement | null | undefined,
): RefObject<Kind | null> {
  const element = useRef<Kind>(null);
  const latest = useRef(next);
  latest.current = next;
  // Not a plain effect: its clean-up may run after the element is removed, when the focus is already lost.
  useLayoutEffect(() => {
    const { current } = element;
    return () => {
      if (current?.contains(document.activeElement) === true) focusOn(latest.current(current));
    };
  }, []);
  return element;
}

/** The control in the item after this one, or in the one before it. */
export function neighbouring(item: HTMLElement, control: string): HTMLElement | undefined {
  for (const sibling of [item.nextElementSibling, item.previousElementSibling]) {
    const found = sibling?.querySelector<HTMLElement>(control);
    if (found !== null && found !== undefined) return found;
  }
  return undefined;
}

/** Focuses an element, also one that Tab doesn't reach, such as a heading. */
export function focusOn(element: HTMLElement | null | undefined): void {
  if (element === null || element === undefined) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

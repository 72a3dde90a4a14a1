/** What keys do, by `KeyboardEvent.key`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/**
 * Handles keys that were pressed within an element, unless a control that has the focus uses them itself: space
 * activates a button, and arrows move a slider. Keys in a dialog on top are that dialog's own.
 */
export function handleShortcuts(event: KeyboardEvent, within: HTMLElement | null, shortcuts: Shortcuts): void {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.closest("dialog") !== within?.closest("dialog")) return;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const inForm = target.closest("button, a, input, summary") !== null;
  if (inForm && (event.key === " " || target instanceof HTMLInputElement)) return;
  const act = shortcuts[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

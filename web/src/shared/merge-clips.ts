import type { Clip } from "../api/types.ts";

/** What is shown after a fresh first page has arrived. */
export interface Refreshed {
  clips: readonly Clip[];
  /** So much is new that pages between are missing: continue from the fresh page's cursor. */
  restarted: boolean;
}

/**
 * Merges a fresh first page (newest first) into what is shown: new clips are added in front, changed ones are updated
 * in place, deleted ones are removed, and those from older pages stay.
 *
 * @param complete whether the page contains all clips.
 */
export function refreshed(shown: readonly Clip[], page: readonly Clip[], complete: boolean): Refreshed {
  const last = page.at(-1);
  if (complete || last === undefined) return { clips: page, restarted: true };

  const fresh = new Set(page.map(({ id }) => id));
  if (!shown.some(({ id }) => fresh.has(id))) return { clips: page, restarted: true };

  const older = shown.filter(({ id, start }) => !fresh.has(id) && start <= last.start);
  return { clips: [...page, ...older], restarted: false };
}

/** Adds an older page behind what is shown, without showing a clip twice. */
export function extended(shown: readonly Clip[], page: readonly Clip[]): readonly Clip[] {
  const known = new Set(shown.map(({ id }) => id));
  return [...shown, ...page.filter(({ id }) => !known.has(id))];
}

/** What may change without anything moving: only clips that are already shown, in their newest form. */
export function settled(shown: readonly Clip[], latest: readonly Clip[]): readonly Clip[] {
  const byId = new Map(latest.map((clip) => [clip.id, clip]));
  return shown.flatMap(({ id }) => byId.get(id) ?? []);
}

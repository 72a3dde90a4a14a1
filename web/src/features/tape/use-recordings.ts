import { useRef } from "preact/hooks";
import type { Api } from "../../api/client.ts";
import type { Channel, Page, Recording } from "../../api/types.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import { isSettled, progressOf } from "./layout.ts";

const PAGE = 100;
const EDITOR_MS = 4_000;
const WORKING_MS = 10_000;
const QUIET_MS = 20_000;

/**
 * The recordings of a channel's current broadcast, kept up to date: often while any is being processed, most often for
 * editors.
 */
export function useRecordings(channel: Channel | undefined): {
  recordings: readonly Recording[] | undefined;
  refresh: () => void;
} {
  const { api } = useServices();
  const { mayEdit } = useCaller();
  const known = useRef<{ key: string; byId: Map<string, Recording> }>({ key: "", byId: new Map() });
  const broadcast = channel?.broadcast ?? null;
  const key = channel === undefined || broadcast === null ? null : `${channel.id}/${broadcast}`;

  const load = async (signal: AbortSignal): Promise<readonly Recording[]> => {
    if (channel === undefined || broadcast === null) return [];
    if (known.current.key !== key) known.current = { key: key ?? "", byId: new Map() };
    return await loadRecordings(api, { channel: channel.id, broadcast }, known.current.byId, signal);
  };
  const { value, refresh } = usePolled(key, load, (recordings = []) => {
    if (progressOf(recordings).working === 0) return QUIET_MS;
    return mayEdit ? EDITOR_MS : WORKING_MS;
  });

  return {
    recordings: key === null ? undefined : value,
    refresh: () => {
      // A recording that is retried is no longer final.
      known.current.byId.clear();
      refresh();
    },
  };
}

/**
 * Loads pages, newest first, until everything older is known and final: a match has hundreds of recordings, and only
 * the last ones change.
 */
async function loadRecordings(
  api: Api,
  of: { channel: string; broadcast: string },
  known: Map<string, Recording>,
  signal: AbortSignal,
): Promise<readonly Recording[]> {
  const unsettled = new Set([...known.values()].filter((recording) => !isSettled(recording)).map(({ id }) => id));
  let cursor: string | undefined;
  do {
    const page: Page<Recording> = await api.recordings({ ...of, limit: PAGE, cursor }, signal);
    const reached = page.items.some(({ id }) => known.has(id) && !unsettled.has(id));
    for (const recording of page.items) {
      known.set(recording.id, recording);
      unsettled.delete(recording.id);
    }
    cursor = reached && unsettled.size === 0 ? undefined : (page.nextCursor ?? undefined);
  } while (cursor !== undefined);
  return [...known.values()];
}

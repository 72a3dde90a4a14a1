import { useRef } from "preact/hooks";
import type { Api } from "../../api/client.ts";
import type { Channel, Page, Recording } from "../../api/types.ts";
import type { Change } from "../../shared/changes.ts";
import { useCaller, useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import { isSettled, progressOf } from "./layout.ts";

const PAGE = 100;
const EDITOR_MS = 4_000;
const VIEWER_MS = 5_000;
const WORKING_MS = 10_000;
const QUIET_MS = 20_000;

/**
 * The recordings of a channel's broadcast, kept up to date: often while any is being processed, most often for
 * editors.
 */
export function useRecordings(channel: Pick<Channel, "id" | "broadcast"> | undefined): {
  recordings: readonly Recording[] | undefined;
  refresh: () => void;
} {
  const { api } = useServices();
  const { mayEdit } = useCaller();
  const known = useRef<Known>({ key: "", byId: new Map(), unsettled: new Set() });
  const broadcast = channel?.broadcast ?? null;
  const key = channel === undefined || broadcast === null ? null : `${channel.id}/${broadcast}`;

  const load = async (signal: AbortSignal): Promise<readonly Recording[]> => {
    if (channel === undefined || broadcast === null) return [];
    if (known.current.key !== key) known.current = { key: key ?? "", byId: new Map(), unsettled: new Set() };
    return await loadRecordings(api, { channel: channel.id, broadcast }, known.current, signal);
  };
  const delayMs = (recordings: readonly Recording[] = []): number => {
    if (progressOf(recordings).working === 0) return QUIET_MS;
    return mayEdit ? EDITOR_MS : WORKING_MS;
  };
  const concerns = (change: Change): boolean => {
    if (change.type !== "recording.changed" || `${change.channel}/${change.broadcast}` !== key) return false;
    // One that was final may be no longer: somebody retries it.
    const { byId, unsettled } = known.current;
    if (change.recording !== undefined && byId.has(change.recording)) unsettled.add(change.recording);
    return true;
  };
  // Every recording changes several times; only editors wait for each.
  const stream = mayEdit ? { concerns } : { concerns, leastMs: VIEWER_MS };
  const { value, refresh } = usePolled(key, load, delayMs, stream);

  return {
    // Those of another broadcast, until the first of this one arrive.
    recordings: key === null || value?.some((one) => one.broadcast !== broadcast) ? undefined : value,
    refresh: () => {
      // A recording that is retried is no longer final.
      known.current.byId.clear();
      known.current.unsettled.clear();
      refresh();
    },
  };
}

/** What is known of the recordings of one broadcast, and which of them may have changed since. */
interface Known {
  key: string;
  byId: Map<string, Recording>;
  unsettled: Set<string>;
}

/**
 * Loads pages, newest first, until everything older is known and final: a match has hundreds of recordings, and only
 * the last ones change.
 */
async function loadRecordings(
  api: Api,
  of: { channel: string; broadcast: string },
  { byId, unsettled }: Known,
  signal: AbortSignal,
): Promise<readonly Recording[]> {
  const sought = new Set(unsettled);
  let cursor: string | undefined;
  do {
    const page: Page<Recording> = await api.recordings({ ...of, limit: PAGE, cursor }, signal);
    const reached = page.items.some(({ id }) => byId.has(id) && !sought.has(id));
    for (const recording of page.items) {
      byId.set(recording.id, recording);
      sought.delete(recording.id);
      if (isSettled(recording)) unsettled.delete(recording.id);
      else unsettled.add(recording.id);
    }
    cursor = reached && sought.size === 0 ? undefined : (page.nextCursor ?? undefined);
  } while (cursor !== undefined);
  return [...byId.values()];
}

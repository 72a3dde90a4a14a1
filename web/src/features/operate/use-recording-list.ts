import { useEffect, useState } from "preact/hooks";
import type { Api } from "../../api/client.ts";
import type { Recording } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import { RECORDING_FILTERS, type RecordingFilterName } from "./recording-filters.ts";

const PAGE = 50;
/** As many as the API answers at once. */
const PAGE_AT_MOST = 100;
const WORKING_MS = 4_000;
const QUIET_MS = 20_000;

/** A broadcast of a channel. */
export interface BroadcastOf {
  channel: string;
  broadcast: string;
}

/** The first recordings of a list, newest first, and the way to more. */
export interface RecordingList {
  /** Undefined until they are loaded. */
  recordings: readonly Recording[] | undefined;
  more: boolean;
  loadingMore: boolean;
  error: unknown;
  loadMore: () => void;
  refresh: () => void;
}

/** The recordings of a broadcast that a filter finds, as many as were asked for, kept up to date. */
export function useRecordingList(of: BroadcastOf, filter: RecordingFilterName): RecordingList {
  const { api } = useServices();
  const [wanted, setWanted] = useState(PAGE);
  const { value, error, refresh } = usePolled(
    `${of.channel}/${of.broadcast}/${filter}`,
    (signal) => load(api, of, filter, wanted, signal),
    (list) => (list?.recordings.some(isWorking) === true ? WORKING_MS : QUIET_MS),
    {
      concerns: (change) =>
        change.type === "recording.changed" && change.channel === of.channel && change.broadcast === of.broadcast,
    },
  );
  useEffect(() => {
    if (wanted > PAGE) refresh();
  }, [wanted]);

  const known = value?.recordings.length ?? 0;
  const more = value?.more ?? false;
  return {
    recordings: value?.recordings,
    more,
    loadingMore: more && known < wanted && error === undefined,
    error,
    loadMore: () => setWanted(known + PAGE),
    refresh,
  };
}

function isWorking({ state }: Recording): boolean {
  return RECORDING_FILTERS.working?.includes(state) === true;
}

async function load(
  api: Api,
  of: BroadcastOf,
  filter: RecordingFilterName,
  wanted: number,
  signal: AbortSignal,
): Promise<{ recordings: Recording[]; more: boolean }> {
  // One that changes its state meanwhile may be on two pages.
  const found = new Map<string, Recording>();
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE_AT_MOST, wanted - found.size);
    const page = await api.recordings({ ...of, state: RECORDING_FILTERS[filter], limit, cursor }, signal);
    for (const recording of page.items) found.set(recording.id, recording);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.size < wanted);
  return { recordings: [...found.values()], more: cursor !== undefined };
}

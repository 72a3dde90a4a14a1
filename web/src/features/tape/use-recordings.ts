import type { Channel, Page, Recording } from "../../api/types.ts";
import { useServices } from "../../app/services.ts";
import { usePolled } from "../../app/use-polled.ts";
import { progressOf } from "./layout.ts";

const PAGES = 4;
const WORKING_MS = 4_000;
const QUIET_MS = 15_000;

/** The recordings of a channel's current broadcast, kept fresh: often while any is being worked on. */
export function useRecordings(channel: Channel | undefined): { recordings: readonly Recording[] | undefined; refresh: () => void } {
  const { api } = useServices();
  const broadcast = channel?.broadcast ?? null;

  const load = async (signal: AbortSignal): Promise<readonly Recording[]> => {
    const recordings: Recording[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const { items, nextCursor }: Page<Recording> = await api.recordings({ broadcast: broadcast ?? "", channel: channel?.id, limit: 100, cursor }, signal);
      recordings.push(...items);
      cursor = nextCursor ?? undefined;
      if (cursor === undefined) break;
    }
    return recordings.filter(({ id }) => id.startsWith(`${channel?.id ?? ""}.`));
  };
  const { value, refresh } = usePolled(broadcast === null || channel === undefined ? null : `${channel.id}/${broadcast}`, load, (recordings = []) =>
    progressOf(recordings).working > 0 ? WORKING_MS : QUIET_MS,
  );
  return { recordings: broadcast === null ? undefined : value, refresh };
}

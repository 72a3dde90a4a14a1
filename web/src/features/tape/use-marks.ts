import { useRef } from "preact/hooks";
import type { Clip } from "../../api/types.ts";
import type { Change } from "../../shared/changes.ts";
import { useServices } from "../../shared/services.ts";
import { usePolled } from "../../shared/use-polled.ts";
import { refreshed } from "../../shared/merge-clips.ts";

const PAGE = 100;
const DELAY_MS = 10_000;

/**
 * All moments of a broadcast, or of some people in it, newest first, kept up to date. Undefined until they are there.
 *
 * @param of `broadcast`: null loads nothing.
 */
export function useMarks(of: {
  channel: string;
  broadcast: string | null;
  people: readonly string[];
}): readonly Clip[] | undefined {
  const { api, caller } = useServices();
  const { channel, broadcast, people } = of;
  const key = broadcast === null ? null : JSON.stringify([channel, broadcast, people, caller.role]);
  const known = useRef<{ key: string | null; clips: readonly Clip[] }>({ key: null, clips: [] });
  /** What was changed is older than the first page: everything is read again. */
  const stale = useRef(false);

  const load = async (signal: AbortSignal): Promise<{ key: string | null; clips: readonly Clip[] }> => {
    const filter = { channel, broadcast: broadcast ?? "", person: people, limit: PAGE };
    const before = known.current.key === key && !stale.current ? known.current.clips : [];
    stale.current = false;
    let page = await api.clips(filter, signal);
    const { clips, restarted } = refreshed(before, page.items, page.nextCursor == null);
    const all = [...clips];
    while (restarted && page.nextCursor != null) {
      page = await api.clips({ ...filter, cursor: page.nextCursor }, signal);
      all.push(...page.items);
    }
    known.current = { key, clips: all };
    return known.current;
  };
  const concerns = ({ type, clip, ...change }: Change): boolean => {
    if (type === "person.changed") return true;
    if (!type.startsWith("clip.") || change.channel !== channel) return false;
    stale.current ||= known.current.clips.findIndex(({ id }) => id === clip) >= PAGE;
    return true;
  };
  const { value } = usePolled(key, load, () => DELAY_MS, { concerns });
  return value?.key === key && key !== null ? value.clips : undefined;
}

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Clip, Review } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import type { Change } from "../../shared/changes.ts";
import { type Poller, SAFETY_NET_MS, startPoller } from "../../shared/poller.ts";
import { useServices } from "../../shared/services.ts";
import { extended, refreshed, settled } from "../../shared/merge-clips.ts";
import { type Earlier, type LoadedClips, loadAll, loadPage, NONE_EARLIER, PAGE } from "./load-clips.ts";

/** The clips of the page, in the order of the filter. */
export interface Clips {
  /** Undefined until the first page of this filter has arrived. */
  shown: readonly Clip[] | undefined;
  /** Those that wait to be shown, too. */
  latest: readonly Clip[];
  /** Whether these are all there are. */
  complete: boolean;
  /** How many new ones wait to be shown. */
  waiting: number;
  showWaiting: () => void;
  more: boolean;
  loadMore: () => void;
  loadingMore: boolean;
  /** Why the list may be out of date. */
  problem: unknown;
  refresh: () => void;
  /** The same after what the user did: what comes then is shown at once. */
  reveal: () => void;
}

interface State {
  filter: string;
  shown: readonly Clip[] | undefined;
  latest: readonly Clip[];
  cursor: string | null;
  earlier: Earlier;
}

const EMPTY: Omit<State, "filter"> = { shown: undefined, latest: [], cursor: null, earlier: NONE_EARLIER };

/**
 * Lists clips and keeps the list up to date.
 *
 * @param isFinal whether the filter is that of the page: until its channel is known, the clips that come may be of all
 *   channels, and are not shown.
 * @param hold called when new clips arrive: whether showing them now would move what the viewer sees.
 * @param delayMs how soon to check for new ones while the stream of changes is not open.
 */
export function useClips(
  filter: {
    people: readonly string[];
    channel: string | undefined;
    broadcast: string | undefined;
    review?: Review | undefined;
    order?: "asc" | undefined;
  },
  isFinal: boolean,
  hold: () => boolean,
  delayMs: number,
): Clips {
  const { api, announce, changes } = useServices();
  const key = JSON.stringify(filter);
  const [state, setState] = useState<State>({ filter: key, ...EMPTY });
  const [loadingMore, setLoadingMore] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const now = useRef({ hold, delayMs, state });
  const poller = useRef<Poller | undefined>(undefined);
  const revealing = useRef(false);
  // How often something was edited that only loading the whole list again shows, and how often it had been when that
  // was last done.
  const edits = useRef({ made: 0, loaded: 0 });
  const showing = useRef(false);
  if (isFinal && state.filter === key && state.shown !== undefined) showing.current = true;
  const shown = showing.current ? state.shown : undefined;
  now.current = { hold, delayMs, state };

  const { people: person, channel, broadcast, review, order } = filter;
  const query = { person, channel, broadcast, review, order };

  useEffect(() => {
    const known = () => (now.current.state.filter === key ? now.current.state : { filter: key, ...EMPTY });
    // What is new comes on the first page, or oldest first on the last one.
    const isOnThatPage = (index: number) => (order === "asc" ? index >= known().earlier.clips.length : index < PAGE);
    const load = async (signal: AbortSignal): Promise<LoadedClips & { whole: number | undefined }> => {
      const { latest, earlier } = known();
      const { made, loaded } = edits.current;
      if (made > loaded && latest.length > PAGE)
        return { ...(await loadAll(api, query, latest.length, signal)), whole: made };
      const limit = order === "asc" ? Math.max(PAGE, latest.length - earlier.clips.length) : PAGE;
      return { page: await loadPage(api, { ...query, limit }, earlier, signal), earlier, whole: undefined };
    };
    const onLoaded = ({ page, earlier, whole }: LoadedClips & { whole: number | undefined }) => {
      setProblem(undefined);
      const before = known();
      // Another page has become the last one in the meantime.
      if (whole === undefined && earlier.cursor !== before.earlier.cursor) return;
      if (whole !== undefined) edits.current.loaded = whole;
      const cursor = page.nextCursor ?? null;
      const next =
        whole !== undefined || order === "asc"
          ? { clips: extended(earlier.clips, page.items), restarted: true }
          : refreshed(before.latest, page.items, cursor === null);
      const { shown = next.clips } = before;
      // What comes at the end moves nothing.
      const held = order !== "asc" && !revealing.current && now.current.hold();
      revealing.current = false;
      setState({
        filter: key,
        shown: held ? settled(shown, next.clips) : next.clips,
        latest: next.clips,
        cursor: next.restarted ? cursor : before.cursor,
        earlier: order === "asc" ? earlier : NONE_EARLIER,
      });
      const ids = new Set(before.latest.map(({ id }) => id));
      const fresh = next.clips.filter(({ id }) => !ids.has(id)).length;
      if (fresh > 0 && before.shown !== undefined) announce(messages.clips.newOnes(fresh));
    };
    const started = startPoller({
      load,
      onValue: onLoaded,
      onError: (error) => setProblem(() => error),
      delayMs: () => now.current.delayMs,
      stream: {
        changes,
        concerns: (change) => {
          const { latest } = now.current.state;
          const index = latest.findIndex(({ id }) => id === change.clip);
          if (index >= 0 && !isOnThatPage(index)) edits.current.made += 1;
          return concerns(change, filter, latest);
        },
        delayMs: () => SAFETY_NET_MS,
      },
    });
    poller.current = started;
    return () => started.stop();
  }, [key]);

  // Whether the channel is live is often known only after the first clips have come.
  useEffect(() => poller.current?.reschedule(), [delayMs]);

  const loadMore = useCallback(async () => {
    const { cursor } = now.current.state;
    if (cursor === null) return;
    setLoadingMore(true);
    try {
      const page = await loadPage(api, { ...query, limit: PAGE }, { cursor });
      setState((before) =>
        before.filter !== key || before.cursor !== cursor
          ? before
          : {
              ...before,
              shown: before.shown && extended(before.shown, page.items),
              latest: extended(before.latest, page.items),
              cursor: page.nextCursor ?? null,
              earlier: order === "asc" ? { clips: before.latest, cursor } : NONE_EARLIER,
            },
      );
    } catch (error) {
      setProblem(() => error);
    }
    setLoadingMore(false);
  }, [key]);

  return {
    shown,
    latest: state.latest,
    complete: shown !== undefined && state.cursor === null && state.filter === key,
    waiting: shown === undefined ? 0 : state.latest.length - shown.length,
    showWaiting: () => setState((before) => ({ ...before, shown: before.latest })),
    more: state.cursor !== null && state.filter === key,
    loadMore: () => void loadMore(),
    loadingMore,
    problem,
    refresh: useCallback(() => poller.current?.refresh(), []),
    reveal: useCallback(() => {
      revealing.current = true;
      edits.current.made += 1;
      poller.current?.refresh();
    }, []),
  };
}

/** Whether a change may alter the list: a clip that is in it, or may be from now on, or someone's name. */
function concerns(
  { type, clip, subject, channel, broadcast }: Change,
  filter: { people: readonly string[]; channel: string | undefined; broadcast: string | undefined },
  listed: readonly Clip[],
): boolean {
  if (type === "person.changed") return true;
  if (!type.startsWith("clip.")) return false;
  const isOfPeople = filter.people.length === 0 || filter.people.includes(subject?.id ?? "");
  const isOfChannel = filter.channel === undefined || filter.channel === channel;
  const isOfBroadcast = filter.broadcast === undefined || filter.broadcast === broadcast;
  return (isOfPeople && isOfChannel && isOfBroadcast) || listed.some(({ id }) => id === clip);
}

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Api, ClipFilter } from "../../api/client.ts";
import type { Clip, Page, Review } from "../../api/types.ts";
import { messages } from "../../messages/index.ts";
import type { Change } from "../../shared/changes.ts";
import { type Poller, SAFETY_NET_MS, startPoller } from "../../shared/poller.ts";
import { useServices } from "../../shared/services.ts";
import { extended, refreshed, settled } from "../../shared/merge-clips.ts";

const PAGE = 24;

/** The clips of the page, newest first. */
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
}

/**
 * Lists clips and keeps the list up to date.
 *
 * @param hold called when new clips arrive: whether showing them now would move what the viewer sees.
 * @param delayMs how soon to check for new ones while the stream of changes is not open.
 */
export function useClips(
  filter: {
    people: readonly string[];
    channel: string | undefined;
    broadcast: string | undefined;
    review?: Review | undefined;
  },
  hold: () => boolean,
  delayMs: number,
): Clips {
  const { api, announce, changes } = useServices();
  const key = JSON.stringify(filter);
  const [state, setState] = useState<State>({ filter: key, shown: undefined, latest: [], cursor: null });
  const [loadingMore, setLoadingMore] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const now = useRef({ hold, delayMs, state });
  const poller = useRef<Poller | undefined>(undefined);
  const revealing = useRef(false);
  now.current = { hold, delayMs, state };

  const { people: person, channel, broadcast, review } = filter;
  const query = { person, channel, broadcast, review, limit: PAGE };

  useEffect(() => {
    const onPage = (page: Page<Clip>) => {
      setProblem(undefined);
      const before = now.current.state;
      const cursor = page.nextCursor ?? null;
      if (before.filter !== key || before.shown === undefined) {
        setState({ filter: key, shown: page.items, latest: page.items, cursor });
        return;
      }
      const next = refreshed(before.latest, page.items, cursor === null);
      const held = !revealing.current && now.current.hold();
      revealing.current = false;
      setState({
        filter: key,
        shown: held ? settled(before.shown, next.clips) : next.clips,
        latest: next.clips,
        cursor: next.restarted ? cursor : before.cursor,
      });
      const known = new Set(before.latest.map(({ id }) => id));
      const fresh = next.clips.filter(({ id }) => !known.has(id)).length;
      if (fresh > 0) announce(messages.clips.newOnes(fresh));
    };
    const started = startPoller<Page<Clip>>({
      load: (signal) => pageWithClips(api, query, signal),
      onValue: onPage,
      onError: (error) => setProblem(() => error),
      delayMs: () => now.current.delayMs,
      stream: {
        changes,
        concerns: (change) => concerns(change, filter, now.current.state.latest),
        delayMs: () => SAFETY_NET_MS,
      },
    });
    poller.current = started;
    return () => started.stop();
  }, [key]);

  const loadMore = useCallback(async () => {
    const { cursor } = now.current.state;
    if (cursor === null) return;
    setLoadingMore(true);
    try {
      const page = await pageWithClips(api, { ...query, cursor });
      setState((before) =>
        before.filter !== key || before.cursor !== cursor
          ? before
          : {
              ...before,
              shown: before.shown && extended(before.shown, page.items),
              latest: extended(before.latest, page.items),
              cursor: page.nextCursor ?? null,
            },
      );
    } catch (error) {
      setProblem(() => error);
    }
    setLoadingMore(false);
  }, [key]);

  return {
    shown: state.shown,
    latest: state.latest,
    complete: state.shown !== undefined && state.cursor === null && state.filter === key,
    waiting: state.shown === undefined ? 0 : state.latest.length - state.shown.length,
    showWaiting: () => setState((before) => ({ ...before, shown: before.latest })),
    more: state.cursor !== null && state.filter === key,
    loadMore: () => void loadMore(),
    loadingMore,
    problem,
    refresh: useCallback(() => poller.current?.refresh(), []),
    reveal: useCallback(() => {
      revealing.current = true;
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

/** A page may be empty and still have a next one; returns the first page with clips, or the last. */
async function pageWithClips(api: Api, filter: ClipFilter, signal?: AbortSignal): Promise<Page<Clip>> {
  for (let { cursor } = filter; ;) {
    const page = await api.clips({ ...filter, cursor }, signal);
    if (page.items.length > 0 || page.nextCursor === null || page.nextCursor === undefined) return page;
    cursor = page.nextCursor;
  }
}

import { useEffect, useState } from "preact/hooks";
import type { Api } from "../../api/client.ts";
import type { Broadcast, Page } from "../../api/types.ts";
import { useServices } from "../../shared/services.ts";

const PAGE = 20;

/** The broadcasts of a channel as far as they are asked for, newest first. */
export interface Broadcasts {
  /** Undefined until the first of them have arrived. */
  items: readonly Broadcast[] | undefined;
  more: boolean;
  loading: boolean;
  problem: unknown;
  /** Loads the next ones, or tries again. */
  load: () => void;
}

/** Lists the broadcasts of a channel from when it is opened on. */
export function useBroadcasts(channel: string): Broadcasts {
  const { api } = useServices();
  const [page, setPage] = useState<Page<Broadcast>>();
  const [loading, setLoading] = useState(true);
  const [problem, setProblem] = useState<unknown>();

  const load = async (signal?: AbortSignal) => {
    setLoading(true);
    setProblem(undefined);
    try {
      const next = await pageWithBroadcasts(api, channel, page?.nextCursor ?? undefined, signal);
      setPage((before) => ({ ...next, items: [...(before?.items ?? []), ...next.items] }));
    } catch (error) {
      if (signal?.aborted === true) return;
      setProblem(() => error);
    }
    setLoading(false);
  };
  useEffect(() => {
    const controller = new AbortController();
    void load(controller.signal);
    return () => controller.abort();
  }, []);

  const more = typeof page?.nextCursor === "string";
  return { items: page?.items, more, loading, problem, load: () => void load() };
}

/** A page may be empty and still have a next one. */
async function pageWithBroadcasts(
  api: Api,
  channel: string,
  from: string | undefined,
  signal?: AbortSignal,
): Promise<Page<Broadcast>> {
  for (let cursor = from; ;) {
    const page = await api.broadcasts({ channel, limit: PAGE, cursor }, signal);
    if (page.items.length > 0 || typeof page.nextCursor !== "string") return page;
    cursor = page.nextCursor;
  }
}

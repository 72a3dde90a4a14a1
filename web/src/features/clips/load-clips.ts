import type { Api, ClipFilter } from "../../api/client.ts";
import type { Clip, Page } from "../../api/types.ts";
import { extended } from "../../shared/merge-clips.ts";

export const PAGE = 24;
const MOST = 100;

/** What the pages before the last one brought, and the last one's cursor. */
export interface Earlier {
  clips: readonly Clip[];
  cursor: string | undefined;
}

export const NONE_EARLIER: Earlier = { clips: [], cursor: undefined };

/** Pages of a list: the last one, and those before it. */
export interface LoadedClips {
  earlier: Earlier;
  page: Page<Clip>;
}

/** Loads a list again as far as it was loaded, at least `count` clips if there are so many. */
export async function loadAll(api: Api, filter: ClipFilter, count: number, signal: AbortSignal): Promise<LoadedClips> {
  for (let earlier = NONE_EARLIER; ;) {
    const page = await loadPage(api, { ...filter, limit: MOST }, earlier, signal);
    const clips = extended(earlier.clips, page.items);
    const { nextCursor } = page;
    if (clips.length >= count || nextCursor === null || nextCursor === undefined) return { earlier, page };
    earlier = { clips, cursor: nextCursor };
  }
}

/** A page may be empty and still have a next one; returns the first page with clips, or the last. */
export async function loadPage(
  api: Api,
  filter: ClipFilter,
  { cursor }: Pick<Earlier, "cursor">,
  signal?: AbortSignal,
): Promise<Page<Clip>> {
  for (let next = cursor; ;) {
    const page = await api.clips({ ...filter, ...(next !== undefined && { cursor: next }) }, signal);
    if (page.items.length > 0 || page.nextCursor === null || page.nextCursor === undefined) return page;
    next = page.nextCursor;
  }
}

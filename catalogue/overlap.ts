import { longestClipMs } from "../domain/clips.ts";
import { text, type Item } from "./item.ts";
import { isVisible, subjectClips } from "./moment-items.ts";
import type { Joined } from "./paging.ts";
import { mergedItems, type Order } from "./sorted-items.ts";
import type { Table } from "./table.ts";

/**
 * The join of a list of clips with the clips of events: a clip belongs to it if an event of its channel overlaps it in
 * time. Both are sorted by their starts and are read side by side, and each skips where the other has nothing: so a
 * page costs about what is near the fewer of the two.
 */
export function overlapWith(
  events: readonly string[],
  table: Pick<Table, "query">,
  order: Order,
): (clip: Item) => Promise<Joined> {
  const direction = order === "asc" ? 1 : -1;
  const goneBy = (from: number, to: number): number => direction * (to - from);
  const startsAt = (ms: number): string => new Date(ms).toISOString();
  const open = (afterMs: number): AsyncGenerator<Item, undefined> =>
    mergedItems(table, {
      index: "gsi1",
      partitions: events.map(subjectClips),
      after: startsAt(afterMs),
      order,
      atFirst: 10,
    });
  let stream: AsyncGenerator<Item, undefined> | undefined;
  /** Events that may overlap the clip, or one that comes later in the list, and the next one that was read. */
  let near: Range[] = [];
  let isOver = false;

  return async (item) => {
    const clip = rangeOf(item);
    near = near.filter(({ startMs }) => goneBy(startMs, clip.startMs) < longestClipMs);
    if (near.length === 0 && !isOver) stream = open(clip.startMs - direction * longestClipMs);
    while (!isOver && goneBy(clip.startMs, near.at(-1)?.startMs ?? clip.startMs) < longestClipMs) {
      const { value } = (await stream?.next()) ?? {};
      if (value === undefined) isOver = true;
      else if (isVisible(value)) near.push(rangeOf(value));
    }
    const [next] = near;
    if (next === undefined) return "none-left";
    const isTouched = near.some(
      ({ channel, startMs, endMs }) => channel === clip.channel && startMs < clip.endMs && endMs > clip.startMs,
    );
    return isTouched ? "belongs" : { resume: startsAt(next.startMs - direction * longestClipMs) };
  };
}

interface Range {
  channel: string;
  /** Milliseconds since the epoch. */
  startMs: number;
  endMs: number;
}

function rangeOf(clip: Item): Range {
  return {
    channel: text(clip, "channel"),
    startMs: Date.parse(text(clip, "start")),
    endMs: Date.parse(text(clip, "end")),
  };
}

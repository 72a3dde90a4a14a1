import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { isMarkClip, markId, parseClipId, type MarkName, type RecordingName } from "../domain/ids.ts";
import { isTouched, markRange, markReachMs, sameMarkMs, type Mark, type TimeRange } from "../domain/marks.ts";
import type { Clip, Placement, Recording } from "../domain/model.ts";
import { endOf } from "../domain/placement.ts";
import type { RecordingState } from "../domain/recording-states.ts";
import type { Acts } from "./acts.ts";
import { broadcastsIn } from "./broadcasts.ts";
import { text, type Item } from "./item.ts";
import { channelMarks, markItem, markKey, markOf, marksBetween } from "./mark-items.ts";
import { clipOf, isVisible, subjectClips, subjectOf } from "./moment-items.ts";
import { clipKey } from "./moment-keys.ts";
import type { Moments } from "./moments.ts";
import { listPage, type Order, type Page } from "./paging.ts";
import type { Recordings } from "./recordings.ts";
import { sortedItems } from "./sorted-items.ts";
import { createTable } from "./table.ts";

/** A mark, and its clips: none while nothing of it is converted, one a broadcast that recorded a part of it. */
export interface Marked {
  mark: Mark;
  clips: Clip[];
}

/** Which marks of a channel, latest first by default. */
export interface MarkQuery {
  channel: string;
  /** The event's id. */
  event?: string | undefined;
  /** Marks at this time or later, ISO 8601 UTC. */
  from?: string | undefined;
  /** Marks before this time, ISO 8601 UTC. */
  to?: string | undefined;
  /** Whether marks whose clip an editor rejected belong to the list. @default false */
  withRejected?: boolean | undefined;
  order?: Order | undefined;
  /** 1–100. */
  limit: number;
  cursor?: string | undefined;
}

/**
 * Times that editors marked as events. A mark belongs to its channel, as its broadcast may not be known yet; its clips
 * follow from it and from the recordings there are (see `markMoment`), in whichever order these come.
 */
export interface Marks {
  /**
   * Stores a mark and makes its clip as far as there are recordings. The same label within five seconds is the same
   * mark, which then stays as it is; of two at once, the earlier one.
   */
  add(mark: Mark): Promise<Marked & { isNew: boolean }>;
  /** Whether a recording of the channel has a part of this time, or may have one that isn't converted yet. */
  hasRecorded(channel: string, range: TimeRange): Promise<boolean>;
  /** Throws `invalid-cursor`. */
  list(query: MarkQuery): Promise<Page<Marked>>;
  /** Deletes a mark and its clips. Answers the id of the act; `undefined` if there was no mark. */
  delete(name: MarkName, what: "mark" | { clip: string }): Promise<string | undefined>;
  /** Takes a deletion back; twice is once. */
  restore(mark: Mark): Promise<void>;
  /** Makes or updates the clips of the marks that a converted recording shows. */
  recorded(recording: RecordingName): Promise<void>;
  /** The same once the recording has no place in time any more: the marks stay. */
  forgotten(recording: Recording): Promise<void>;
}

/** The marks part of the catalogue. */
export function createMarks(options: {
  client: DynamoDBDocumentClient;
  table: string;
  recordings: Recordings;
  moments: Moments;
  acts: Acts;
}): Marks {
  const table = createTable(options);
  const { recordings, moments, acts } = options;

  /** Brings the clips of a mark up to date, in all broadcasts that recorded a part of it. Answers the clips. */
  async function show(mark: Mark): Promise<Clip[]> {
    const clips: Clip[] = [];
    const { channel, subject: id, label: name } = mark;
    for (const broadcast of await broadcastsIn(table, channel, markRange(mark))) {
      const timeline = await recordings.timeline(channel, broadcast);
      if (!timeline.some((placement) => isTouched(placement, markRange(mark)))) continue;
      await moments.marked({ channel, broadcast }, { kind: "event", id, name });
      const clip = await table.get(clipKey({ ...mark, broadcast }));
      if (clip !== undefined) clips.push(eventClip(clip));
    }
    return clips;
  }

  /** Updates the clips of the marks that touch a recording's time. */
  async function update(channel: string, broadcast: string, placement: Placement): Promise<void> {
    const marks = await marksBetween(table, channel, placement.startMs - markReachMs, endOf(placement) + markReachMs);
    const shown = marks.filter((mark) => isTouched(placement, markRange(mark)));
    const events = new Map(shown.map(({ subject: id, label: name }) => [id, { kind: "event", id, name }] as const));
    for (const event of events.values()) await moments.marked({ channel, broadcast }, event);
  }

  const near = async ({ channel, subject, atMs }: MarkName): Promise<Mark[]> =>
    (await marksBetween(table, channel, atMs - sameMarkMs, atMs + sameMarkMs)).filter(
      (other) => other.subject === subject,
    );

  /** The rows of the clips of these marks of one channel, by mark. */
  async function clipsOf(marks: readonly Mark[]): Promise<Map<string, Item[]>> {
    const found: Item[] = [];
    for (const [event, own] of Map.groupBy(marks, ({ subject }) => subject)) {
      const ranges = own.map(markRange);
      const clips = sortedItems(table, {
        index: "gsi1",
        partition: subjectClips(event),
        from: new Date(Math.min(...ranges.map(({ startMs }) => startMs))).toISOString(),
        before: new Date(Math.max(...ranges.map(({ endMs }) => endMs))).toISOString(),
        order: "asc",
        atFirst: own.length + 1,
      });
      for await (const clip of clips) if (isMarkClip(text(clip, "id"))) found.push(clip);
    }
    return Map.groupBy(found, (clip) => markOfClip(text(clip, "id")));
  }

  return {
    async add(mark) {
      const [known] = await near(mark);
      if (known === undefined) await table.put(markItem(mark), { condition: "attribute_not_exists(pk)" });
      const [first = mark, ...others] = known === undefined ? await near(mark) : [known];
      // Two at once, which both were alone when they looked first: whichever looks last leaves one.
      await table.deleteAll(others.map(markKey));
      return { mark: first, clips: await show(first), isNew: known === undefined && first.atMs === mark.atMs };
    },

    async hasRecorded(channel, range) {
      for (const broadcast of await broadcastsIn(table, channel, range)) {
        const timeline = await recordings.timeline(channel, broadcast);
        if (timeline.some((placement) => isTouched(placement, range))) return true;
        const { items } = await recordings.list({ channel, broadcast, limit: 100 });
        // Where they are in time is known once they are converted.
        const waiting = items.filter(({ state, start }) => waitingStates.includes(state) && start === undefined);
        if (waiting.some(({ archivedAt }) => Date.parse(archivedAt) > range.startMs)) return true;
      }
      return false;
    },

    async list({ channel, event, from, to, withRejected = false, order = "desc", limit, cursor }) {
      const page = await listPage(table, {
        partitions: [channelMarks(channel)],
        from,
        before: to,
        order,
        limit,
        cursor,
        filter: ["marks", channel, event ?? null, from ?? null, to ?? null, withRejected, order],
        accept: (item) => event === undefined || item["subject"] === event,
      });
      const marks = page.items.map(markOf);
      const clips = await clipsOf(marks);
      return {
        items: marks.flatMap((mark) => {
          const all = clips.get(markId(mark)) ?? [];
          const shown = withRejected ? all : all.filter(isVisible);
          return all.length > 0 && shown.length === 0 ? [] : [{ mark, clips: shown.map(eventClip) }];
        }),
        nextCursor: page.nextCursor,
      };
    },

    async delete(name, what) {
      const item = await table.get(markKey(name));
      if (item === undefined) return undefined;
      const mark = markOf(item);
      const act = await acts.note({
        kind: "unmark",
        id: what === "mark" ? markId(mark) : what.clip,
        mark: markItem(mark),
      });
      await table.delete(markKey(mark));
      await show(mark);
      return act;
    },

    async restore(mark) {
      await table.put(markItem(mark), { condition: "attribute_not_exists(pk)" });
      await show(mark);
    },

    async recorded({ channel, broadcast, number }) {
      const timeline = await recordings.timeline(channel, broadcast);
      const placement = timeline.find((one) => one.number === number);
      if (placement !== undefined) await update(channel, broadcast, placement);
    },

    async forgotten({ channel, broadcast, number, start, durationMs }) {
      if (start === undefined || durationMs === undefined) return;
      await update(channel, broadcast, { number, startMs: Date.parse(start), durationMs });
    },
  };
}

/** States of recordings that are yet to be placed in time. */
const waitingStates: readonly RecordingState[] = ["archived", "converting"];

/** The clip in an item that is about an event. */
function eventClip(item: Item): Clip {
  const { id, name = id } = subjectOf(item);
  return clipOf(item, { kind: "event", id, name });
}

/** The id of the mark that made a clip; empty for another clip. */
function markOfClip(id: string): string {
  const name = parseClipId(id);
  return name !== undefined && "atMs" in name ? markId(name) : "";
}

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Decision } from "../domain/decisions.ts";
import { broadcastStartMs, isBroadcast, parseClipId, recordingId, subjectKind, type ClipName } from "../domain/ids.ts";
import type { Clip, Person, Review, Subject, SubjectKind } from "../domain/model.ts";
import { endOf } from "../domain/placement.ts";
import type { Acts } from "./acts.ts";
import { broadcastSlackMs } from "./broadcasts.ts";
import type { Channels } from "./channels.ts";
import { CatalogueError } from "./errors.ts";
import { number, text, type Item } from "./item.ts";
import type { Marks } from "./marks.ts";
import {
  channelClips,
  clipAppearances,
  clipOf,
  decisionItem,
  decisionKeyOf,
  decisionOf,
  isVisible,
  subjectClips,
  subjectOf,
} from "./moment-items.ts";
import { clipKey, momentsPartition } from "./moment-keys.ts";
import type { Moments } from "./moments.ts";
import { overlapWith } from "./overlap.ts";
import { listPage, type Order, type Page } from "./paging.ts";
import type { People } from "./people.ts";
import type { Recordings } from "./recordings.ts";
import { createTable } from "./table.ts";
import { unchanged } from "./unchanged.ts";

/** Which clips, newest first by default. All conditions must hold; of several people, any. */
export interface ClipQuery {
  /** Clips about subjects of this kind. */
  kind?: SubjectKind | undefined;
  /** Person ids. */
  person?: string[] | undefined;
  /**
   * Events' ids: clips about any of these events; with `person`, or of kind `person`, those moments of people that
   * overlap one of them in time.
   */
  event?: string[] | undefined;
  channel?: string | undefined;
  broadcast?: string | undefined;
  /** Clips that start at this time or later, ISO 8601. */
  from?: string | undefined;
  /** Clips that start before this time, ISO 8601. */
  to?: string | undefined;
  /** 0–100. */
  minSimilarity?: number | undefined;
  review?: Review | undefined;
  /** Whether rejected clips belong to the list; editors see them. @default false */
  withRejected?: boolean | undefined;
  order?: Order | undefined;
  /** 1–100. */
  limit: number;
  cursor?: string | undefined;
}

/** What an editor says about a clip; what is absent stays. */
export interface ClipChange {
  review?: Review | undefined;
  /** The id of the person whom it shows; the one who was recognised, or someone else. */
  subject?: string | undefined;
}

/** The clips. Those of someone who is not on the watch list are hidden. */
export interface Clips {
  /** The clip of this id, or the one that the moment became part of when it grew across a recording's border. */
  get(id: string): Promise<Clip | undefined>;
  /** A page may hold fewer than `limit` clips, even none, and still have a next one. Throws `invalid-cursor`. */
  list(query: ClipQuery): Promise<Page<Clip>>;
  /**
   * Notes an editor's decision, which stays when the recordings are indexed again. Answers the clip, and the id of the
   * act. Throws `not-found`.
   */
  change(id: string, change: ClipChange): Promise<{ clip: Clip; act: string }>;
  /**
   * Deletes a clip, also when the recordings are indexed again; a mark's clip with the mark. Answers the id of the act;
   * `undefined` if there was no clip.
   */
  delete(id: string): Promise<string | undefined>;
}

/** The subject of a clip's item; `undefined` for a person who is not on the watch list (`people`, by all their ids). */
function subjectIn(item: Item, people: ReadonlyMap<string, Person>): Subject | undefined {
  const { id, name } = subjectOf(item);
  if (name !== undefined) return { kind: subjectKind(id), id, name };
  const person = people.get(id);
  return person === undefined ? undefined : { kind: "person", id: person.id, name: person.name };
}

/** The clips part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createClips(options: {
  client: DynamoDBDocumentClient;
  table: string;
  channels: Channels;
  people: People;
  recordings: Recordings;
  moments: Moments;
  marks: Marks;
  acts: Acts;
  now?: () => number;
}): Clips {
  const table = createTable(options);
  const { people, recordings, moments, marks, acts, now = Date.now } = options;

  async function find(id: string): Promise<Item | undefined> {
    const name = parseClipId(id);
    if (name === undefined) return undefined;
    const item = await table.get(clipKey(name));
    // A mark's clip never becomes part of another one.
    if (item !== undefined || "atMs" in name) return item;
    const around = await table.partition(momentsPartition(name.channel, name.broadcast, name.subject));
    if (around.flatMap(decisionOf).some((decision) => decision.clip === id && decision.verdict === "deleted"))
      return undefined;
    const recording = recordingId(name);
    return around
      .filter((other) => text(other, "sk").startsWith("CLIP#"))
      .find((other) =>
        clipAppearances(other).some(
          (seen) => seen.recording === recording && seen.startMs <= name.startMs && name.startMs < seen.endMs,
        ),
      );
  }

  /** Notes the decision as an act that can be taken back, and updates the clips. Answers the act's id. */
  async function decide(clip: Item, decision: Pick<Decision, "verdict" | "subject">): Promise<string> {
    const id = text(clip, "id");
    for (;;) {
      const before = await table.get(decisionKeyOf(id));
      const act = await acts.note({ kind: decision.verdict === "deleted" ? "delete" : "review", clip: id, before });
      const item = decisionItem(clip, { ...decision, decidedAtMs: now() }, act);
      if (!(await table.put(item, unchanged(before)))) continue;
      await moments.refresh(placeOf(id), placeOf(id).subject);
      return act;
    }
  }

  const get: Clips["get"] = async (id) => {
    const item = await find(id);
    if (item === undefined) return undefined;
    const subject = subjectOf(item);
    const person = subject.name === undefined ? await people.get(subject.id) : undefined;
    const shown = subjectIn(item, new Map(person === undefined ? [] : [[subject.id, person]]));
    return shown === undefined ? undefined : clipOf(item, shown);
  };

  return {
    get,

    async list(query) {
      const { person, event, kind, channel, broadcast, minSimilarity, review, order = "desc", limit, cursor } = query;
      const { withRejected = false } = query;
      const events = event === undefined ? undefined : [...new Set(event)].sort();
      const isOfPeople = person !== undefined || kind === "person";
      const known = new Map(
        (await people.list()).flatMap((one) => [one.id, ...(one.formerIds ?? [])].map((id) => [id, one] as const)),
      );
      const channels = channel === undefined ? (await options.channels.list()).map((entry) => entry.id) : [channel];
      const wanted = person === undefined ? undefined : idsOf(person, known);
      const subjects = wanted ?? (isOfPeople ? undefined : events);
      const range = await rangeOf(query, channels);
      const page = await listPage(table, {
        ...(subjects === undefined
          ? { index: "gsi2", partitions: channels.map(channelClips) }
          : { index: "gsi1", partitions: subjects.map(subjectClips) }),
        from: range.from,
        before: range.before,
        order,
        limit,
        cursor,
        filter: [
          "clips",
          person === undefined ? null : [...new Set(person)].sort(),
          events ?? null,
          kind ?? null,
          channel ?? null,
          broadcast ?? null,
          query.from ?? null,
          query.to ?? null,
          minSimilarity ?? null,
          review ?? null,
          withRejected,
          order,
        ],
        accept: (item) =>
          subjectIn(item, known) !== undefined &&
          (withRejected || isVisible(item)) &&
          (kind === undefined || subjectKind(subjectOf(item).id) === kind) &&
          (channel === undefined || item["channel"] === channel) &&
          (broadcast === undefined || item["broadcast"] === broadcast) &&
          (minSimilarity === undefined || number(item, "similarity") >= minSimilarity) &&
          (review === undefined || item["review"] === review),
        join: events !== undefined && isOfPeople ? overlapWith(events, table, order) : undefined,
      });
      return {
        items: page.items.flatMap((item) => {
          const subject = subjectIn(item, known);
          return subject === undefined ? [] : [clipOf(item, subject)];
        }),
        nextCursor: page.nextCursor,
      };
    },

    async change(id, change) {
      const item = await find(id);
      const before = item === undefined ? undefined : await get(id);
      if (item === undefined || before === undefined) throw notFound(id);
      const { subject = subjectOf(item).id, review = before.review } = change;
      const own = placeOf(text(item, "id")).subject;
      const act = await decide(item, { verdict: review, subject: subject === own ? undefined : subject });
      const clip = await get(id);
      if (clip === undefined) throw notFound(id);
      return { clip, act };
    },

    async delete(id) {
      const item = await find(id);
      if (item === undefined) return undefined;
      const name = placeOf(id);
      if (!("atMs" in name)) return decide(item, { verdict: "deleted" });
      const act = await marks.delete(name, { clip: id });
      // A deletion that was cut off took the mark only.
      if (act === undefined) await moments.refresh(name, name.subject);
      return act;
    },
  };

  /** The range of sort keys that the query can match: its own times, narrowed to when the broadcast was. */
  async function rangeOf(
    query: ClipQuery,
    channels: string[],
  ): Promise<{ from?: string | undefined; before?: string | undefined }> {
    const { broadcast } = query;
    let fromMs = query.from === undefined ? undefined : Date.parse(query.from);
    let beforeMs = query.to === undefined ? undefined : Date.parse(query.to);
    if (broadcast !== undefined && isBroadcast(broadcast)) {
      const timelines = await Promise.all(channels.map((channel) => recordings.timeline(channel, broadcast)));
      const edges = timelines.flat().map(endOf);
      fromMs = Math.max(fromMs ?? Number.NEGATIVE_INFINITY, broadcastStartMs(broadcast) - broadcastSlackMs);
      beforeMs = Math.min(beforeMs ?? Number.POSITIVE_INFINITY, Math.max(broadcastStartMs(broadcast), ...edges));
    }
    return {
      from: fromMs === undefined ? undefined : new Date(fromMs).toISOString(),
      before: beforeMs === undefined ? undefined : new Date(beforeMs).toISOString(),
    };
  }
}

/** The ids in the index of these people, whichever of their ids is given. */
function idsOf(person: readonly string[], known: ReadonlyMap<string, Person>): string[] {
  const people = person.flatMap((id) => known.get(id) ?? []);
  return [...new Set(people.flatMap(({ id, formerIds = [] }) => [id, ...formerIds]))].sort();
}

/** The parts of a clip id; throws when it is not one. */
function placeOf(id: string): ClipName {
  const name = parseClipId(id);
  if (name === undefined) throw new TypeError(`"${id}" is not a clip id`);
  return name;
}

function notFound(id: string): CatalogueError {
  return new CatalogueError("not-found", `Clip "${id}" does not exist`);
}

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { broadcastStartMs, isBroadcast, parseClipId, recordingId, subjectKind } from "../domain/ids.ts";
import type { Clip, Review, Subject, SubjectKind } from "../domain/model.ts";
import { endOf } from "../domain/placement.ts";
import type { Channels } from "./channels.ts";
import { CatalogueError } from "./errors.ts";
import { number, text, type Item } from "./item.ts";
import {
  channelClips,
  clipAppearances,
  clipOf,
  decisionItem,
  decisionOf,
  subjectClips,
  subjectOf,
} from "./moment-items.ts";
import { clipKey, momentsPartition } from "./moment-keys.ts";
import { listPage, type Order, type Page } from "./paging.ts";
import type { People } from "./people.ts";
import type { Recordings } from "./recordings.ts";
import { createTable, keyOf } from "./table.ts";

/** Which clips, newest first by default. All conditions must hold; of several people, any. */
export interface ClipQuery {
  /** Clips about subjects of this kind. */
  kind?: SubjectKind | undefined;
  /** Person ids. */
  person?: string[] | undefined;
  channel?: string | undefined;
  broadcast?: string | undefined;
  /** Clips that start at this time or later, ISO 8601. */
  from?: string | undefined;
  /** Clips that start before this time, ISO 8601. */
  to?: string | undefined;
  /** 0–100. */
  minSimilarity?: number | undefined;
  review?: Review | undefined;
  order?: Order | undefined;
  /** 1–100. */
  limit: number;
  cursor?: string | undefined;
}

/** The clips that viewers see. Those of someone who is not on the watch list are hidden. */
export interface Clips {
  /** The clip of this id, or the one that the moment became part of when it grew across a recording's border. */
  get(id: string): Promise<Clip | undefined>;
  /** A page may hold fewer than `limit` clips, even none, and still have a next one. Throws `invalid-cursor`. */
  list(query: ClipQuery): Promise<Page<Clip>>;
  /** Notes an editor's decision, which stays when the recordings are indexed again. Throws `not-found`. */
  review(id: string, review: Review): Promise<Clip>;
  /** Deletes a clip permanently, also when the recordings are indexed again. Returns whether it existed. */
  delete(id: string): Promise<boolean>;
}

/** The subject of a clip's item; `undefined` for a person who is not on the watch list (names by id). */
function subjectIn(item: Item, people: ReadonlyMap<string, string>): Subject | undefined {
  const { id, name = people.get(id) } = subjectOf(item);
  return name === undefined ? undefined : { kind: subjectKind(id), id, name };
}

/**
 * How far a clip may start before its broadcast, whose name has whole seconds and whose first recording is placed by
 * estimate.
 */
const slackMs = 60_000;

/** The clips part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createClips(options: {
  client: DynamoDBDocumentClient;
  table: string;
  channels: Channels;
  people: People;
  recordings: Recordings;
  now?: () => number;
}): Clips {
  const table = createTable(options);
  const { people, recordings, now = Date.now } = options;

  async function find(id: string): Promise<Item | undefined> {
    const name = parseClipId(id);
    if (name === undefined) return undefined;
    const item = await table.get(clipKey(name));
    if (item !== undefined) return item;
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

  /** Notes the decision, and makes every re-computation that did not see it start over. Answers the new version. */
  async function decide(clip: Item, verdict: Review | "deleted"): Promise<number> {
    await table.put(decisionItem(clip, verdict, now()));
    const state = await table.update(
      { pk: keyOf(clip).pk, sk: "STATE" },
      { update: "ADD version :one", condition: "attribute_exists(pk)", values: { ":one": 1 } },
    );
    return state === undefined ? 0 : number(state, "version");
  }

  const get: Clips["get"] = async (id) => {
    const item = await find(id);
    if (item === undefined) return undefined;
    const person = await people.get(subjectOf(item).id);
    const subject = subjectIn(item, new Map(person === undefined ? [] : [[person.id, person.name]]));
    return subject === undefined ? undefined : clipOf(item, subject);
  };

  return {
    get,

    async list(query) {
      const { person, kind, channel, broadcast, minSimilarity, review, order = "desc", limit, cursor } = query;
      const names = new Map((await people.list()).map(({ id, name }) => [id, name]));
      const channels = channel === undefined ? (await options.channels.list()).map((entry) => entry.id) : [channel];
      const wanted = person === undefined ? undefined : [...new Set(person)].filter((id) => names.has(id)).sort();
      const range = await rangeOf(query, channels);
      const page = await listPage(table, {
        ...(wanted === undefined
          ? { index: "gsi2", partitions: channels.map(channelClips) }
          : { index: "gsi1", partitions: wanted.map(subjectClips) }),
        from: range.from,
        before: range.before,
        order,
        limit,
        cursor,
        filter: [
          "clips",
          person === undefined ? null : [...new Set(person)].sort(),
          kind ?? null,
          channel ?? null,
          broadcast ?? null,
          query.from ?? null,
          query.to ?? null,
          minSimilarity ?? null,
          review ?? null,
          order,
        ],
        accept: (item) =>
          subjectIn(item, names) !== undefined &&
          (kind === undefined || subjectKind(subjectOf(item).id) === kind) &&
          (channel === undefined || item["channel"] === channel) &&
          (broadcast === undefined || item["broadcast"] === broadcast) &&
          (minSimilarity === undefined || number(item, "similarity") >= minSimilarity) &&
          (review === undefined || item["review"] === review),
      });
      return {
        items: page.items.flatMap((item) => {
          const subject = subjectIn(item, names);
          return subject === undefined ? [] : [clipOf(item, subject)];
        }),
        nextCursor: page.nextCursor,
      };
    },

    async review(id, review) {
      const item = await find(id);
      if (item !== undefined) {
        await decide(item, review);
        await table.update(keyOf(item), {
          update: "SET review = :review",
          condition: "attribute_exists(pk)",
          values: { ":review": review },
        });
      }
      const clip = await get(id);
      if (clip === undefined) throw new CatalogueError("not-found", `Clip "${id}" does not exist`);
      return clip;
    },

    async delete(id) {
      const item = await find(id);
      if (item === undefined) return false;
      const version = await decide(item, "deleted");
      const gone = await table.delete(keyOf(item));
      if (gone !== undefined) {
        // A re-computation since then has counted again.
        await table.update(
          { pk: keyOf(item).pk, sk: "STATE" },
          { update: "ADD clips :less", condition: "version = :version", values: { ":less": -1, ":version": version } },
        );
        await people.clipsChanged(subjectOf(item).id, {
          channel: text(item, "channel"),
          broadcast: text(item, "broadcast"),
        });
      }
      return true;
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
      fromMs = Math.max(fromMs ?? Number.NEGATIVE_INFINITY, broadcastStartMs(broadcast) - slackMs);
      beforeMs = Math.min(beforeMs ?? Number.POSITIVE_INFINITY, Math.max(broadcastStartMs(broadcast), ...edges));
    }
    return {
      from: fromMs === undefined ? undefined : new Date(fromMs).toISOString(),
      before: beforeMs === undefined ? undefined : new Date(beforeMs).toISOString(),
    };
  }
}

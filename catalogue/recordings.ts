import { BatchGetCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { formatNumber, parseRecordingId, type RecordingName } from "../domain/ids.ts";
import type { JobKind, Placement, Recording, RecordingState, Rendition } from "../domain/model.ts";
import type { Channels } from "./channels.ts";
import { CatalogueError } from "./errors.ts";
import {
  entries,
  itemOf,
  list as listOf,
  number,
  oneOf,
  optionalNumber,
  optionalText,
  text,
  type Item,
} from "./item.ts";
import { listPage, type Order, type Page } from "./paging.ts";
import { createTable, type Key } from "./table.ts";
import { broadcastPartition, createTimeline } from "./timeline.ts";

/** A recording as the archive's event announces it. */
export interface NewRecording extends RecordingName {
  /** See `recordingId`. */
  id: string;
  bucket: string;
  key: string;
  /** Time of the event, ISO 8601 UTC. */
  archivedAt: string;
}

/** What a conversion yielded. */
export interface Converted {
  durationMs: number;
  /** Highest first. */
  renditions: Rendition[];
}

/** Which recordings, newest first by default. */
export interface RecordingQuery {
  /** Every channel when absent. */
  channel?: string | undefined;
  broadcast?: string | undefined;
  state?: RecordingState | undefined;
  order?: Order | undefined;
  /** 1–100. */
  limit: number;
  cursor?: string | undefined;
}

/**
 * The recordings and how far each got. Every transition is conditional and idempotent: noted twice, or too late, it
 * changes nothing. Each answers the recording as it is afterwards.
 */
export interface Recordings {
  /** Notes a new recording; one that is known already stays as it is. */
  archived(recording: NewRecording): Promise<Recording>;
  /** Notes its conversion job, and what it is to yield. From archived. */
  converting(id: string, job: string, planned: Rendition[]): Promise<Recording>;
  /** Notes what the conversion yielded and places the recording in its broadcast. From archived or converting. */
  converted(id: string, converted: Converted): Promise<Recording>;
  /** Notes that these analyses are about to start. From archived or converting. */
  analysing(id: string, kinds: JobKind[]): Promise<Recording>;
  /** Notes the job id that an analysis got. */
  started(id: string, kind: JobKind, job: string): Promise<Recording>;
  /** Notes that the job's result is in, unless another job of that kind is waited for. */
  finished(id: string, kind: JobKind, job: string): Promise<Recording>;
  /** Notes who was seen; the state stays. */
  sawPeople(id: string, people: string[]): Promise<Recording>;
  /** From every state but failed. */
  indexed(id: string): Promise<Recording>;
  /** Notes in one sentence why it got no further. From every state but indexed. */
  failed(id: string, error: string): Promise<Recording>;
  /** A failed recording starts over as archived, with the next attempt; `undefined` when it has not failed. */
  retry(id: string): Promise<Recording | undefined>;
  /**
   * Notes that the sweeper takes up a recording that did not get on; `undefined` when it did, or another sweep took it.
   */
  redrive(seen: Recording): Promise<Recording | undefined>;
  /** The same for one whose job has vanished: it starts over as archived, with the next attempt. */
  restart(seen: Recording): Promise<Recording | undefined>;
  /** The same for one that is given up: failed, with one sentence that says why. */
  giveUp(seen: Recording, error: string): Promise<Recording | undefined>;
  get(id: string): Promise<Recording | undefined>;
  /** Those of these ids that exist, at most 100 a call, by id. */
  getMany(ids: string[]): Promise<Map<string, Recording>>;
  /** Where the converted recordings of a broadcast are in time, by number. */
  timeline(channel: string, broadcast: string): Promise<Placement[]>;
  /** Newest first by default. Throws `invalid-cursor`. */
  list(query: RecordingQuery): Promise<Page<Recording>>;
}

const states: readonly RecordingState[] = ["archived", "converting", "analysing", "indexed", "failed"];
const kinds: readonly JobKind[] = ["convert", "faces", "celebrities"];

/** The recordings part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createRecordings(options: {
  client: DynamoDBDocumentClient;
  table: string;
  channels: Channels;
  now?: () => number;
}): Recordings {
  const table = createTable(options);
  const clock = options.now ?? Date.now;
  const now = (): string => new Date(clock()).toISOString();
  const timeline = createTimeline(table);

  const get: Recordings["get"] = async (id) => {
    const key = recordingKey(id);
    const item = key === undefined ? undefined : await table.get(key);
    return item === undefined ? undefined : recordingOf(item);
  };

  /** Applies the change if the condition holds; answers the recording either way. */
  async function change(
    id: string,
    {
      set,
      state,
      ...rest
    }: { set: string[]; state?: RecordingState; condition: string; names?: Record<string, string>; values?: Item },
  ): Promise<Recording> {
    const key = recordingKey(id);
    const name = parseRecordingId(id);
    if (key === undefined || name === undefined) throw notFound(id);
    const sets = state === undefined ? set : [...set, "#state = :state", "stateAt = :stateAt", "gsi2pk = :gsi2pk"];
    const names = {
      ...rest.names,
      ...((state !== undefined || rest.condition.includes("#state")) && { "#state": "state" }),
    };
    const values = {
      ...rest.values,
      ...(state !== undefined && {
        ":state": state,
        ":stateAt": now(),
        ":gsi2pk": statePartition(name.channel, state),
      }),
    };
    const item = await table.update(key, {
      update: `SET ${sets.join(", ")}`,
      condition: `attribute_exists(pk) AND (${rest.condition})`,
      ...(Object.keys(names).length > 0 && { names }),
      values,
    });
    if (item !== undefined) return recordingOf(item);
    const recording = await get(id);
    if (recording === undefined) throw notFound(id);
    return recording;
  }

  /** Changes a recording that is still as the sweeper saw it; `undefined` when it is not. */
  async function takeUp(
    seen: Recording,
    {
      set,
      add = "",
      values = {},
      names = {},
    }: { set: string[]; add?: string; values?: Item; names?: Record<string, string> },
  ): Promise<Recording | undefined> {
    const key = recordingKey(seen.id);
    if (key === undefined) return undefined;
    const item = await table.update(key, {
      update: `SET ${["redrivenAt = :now", ...set].join(", ")} ADD redrives :one${add === "" ? "" : `, ${add}`}`,
      condition:
        "#state = :seen AND (attribute_not_exists(stateAt) OR stateAt = :since) AND (attribute_not_exists(redrives) OR redrives = :redrives)",
      names: { "#state": "state", ...names },
      values: {
        ":now": now(),
        ":one": 1,
        ":seen": seen.state,
        ":since": seen.stateAt,
        ":redrives": seen.redrives,
        ...values,
      },
    });
    return item === undefined ? undefined : recordingOf(item);
  }

  return {
    get,
    timeline: (channel, broadcast) => timeline.of(channel, broadcast),

    async archived(recording) {
      const key = recordingKey(recording.id);
      if (key === undefined) throw notFound(recording.id);
      const sort = recordingSort(recording);
      await table.put(
        {
          ...key,
          ...recording,
          state: "archived",
          stateAt: now(),
          jobs: {},
          gsi1pk: `RECORDINGS#${recording.channel}`,
          gsi1sk: sort,
          gsi2pk: statePartition(recording.channel, "archived"),
          gsi2sk: sort,
        },
        { condition: "attribute_not_exists(pk)" },
      );
      const item = await table.get(key);
      if (item === undefined) throw notFound(recording.id);
      return recordingOf(item);
    },

    converting: (id, job, planned) =>
      change(id, {
        set: ["jobs.#kind = :job", "renditions = :planned"],
        state: "converting",
        condition: "#state = :archived",
        names: { "#kind": "convert" },
        values: { ":job": { id: job, done: false }, ":planned": planned, ":archived": "archived" },
      }),

    async converted(id, { durationMs, renditions }) {
      const recording = await get(id);
      if (recording === undefined) throw notFound(id);
      if (recording.state !== "archived" && recording.state !== "converting") return recording;
      const { startMs } = await timeline.place(recording, recording.archivedAt, durationMs);
      return change(id, {
        set: ["#start = :start", "durationMs = :durationMs", "renditions = :renditions"],
        condition: "#state IN (:archived, :converting)",
        names: { "#start": "start" },
        values: {
          ":start": new Date(startMs).toISOString(),
          ":durationMs": durationMs,
          ":renditions": renditions,
          ":archived": "archived",
          ":converting": "converting",
        },
      });
    },

    analysing: (id, started) =>
      change(id, {
        set: started.map((kind) => `jobs.${kind} = :waiting`),
        state: "analysing",
        condition: "#state IN (:archived, :converting)",
        values: { ":waiting": { done: false }, ":archived": "archived", ":converting": "converting" },
      }),

    started: (id, kind, job) =>
      change(id, {
        set: ["jobs.#kind.id = :job"],
        condition: "attribute_exists(jobs.#kind) AND attribute_not_exists(jobs.#kind.id)",
        names: { "#kind": kind },
        values: { ":job": job },
      }),

    finished: (id, kind, job) =>
      change(id, {
        set: ["jobs.#kind = :job"],
        condition: "attribute_exists(jobs.#kind) AND (attribute_not_exists(jobs.#kind.id) OR jobs.#kind.id = :id)",
        names: { "#kind": kind },
        values: { ":job": { id: job, done: true }, ":id": job },
      }),

    sawPeople: (id, people) =>
      change(id, { set: ["people = :people"], condition: "attribute_exists(pk)", values: { ":people": people } }),

    indexed: (id) =>
      change(id, { set: [], state: "indexed", condition: "#state <> :failed", values: { ":failed": "failed" } }),

    failed: (id, error) =>
      change(id, {
        set: ["#error = :error"],
        state: "failed",
        condition: "#state <> :indexed AND #state <> :state",
        names: { "#error": "error" },
        values: { ":error": error, ":indexed": "indexed" },
      }),

    async retry(id) {
      const key = recordingKey(id);
      const name = parseRecordingId(id);
      if (key === undefined || name === undefined) return undefined;
      const item = await table.update(key, {
        update:
          "SET #state = :archived, stateAt = :now, gsi2pk = :gsi2pk, jobs = :none REMOVE #error, redrives, redrivenAt ADD attempt :one",
        condition: "#state = :failed",
        names: { "#state": "state", "#error": "error" },
        values: {
          ":archived": "archived",
          ":failed": "failed",
          ":now": now(),
          ":gsi2pk": statePartition(name.channel, "archived"),
          ":none": {},
          ":one": 1,
        },
      });
      return item === undefined ? undefined : recordingOf(item);
    },

    redrive: (seen) => takeUp(seen, { set: [] }),

    restart: (seen) =>
      takeUp(seen, {
        set: ["#state = :archived", "stateAt = :now", "gsi2pk = :gsi2pk", "jobs = :none"],
        add: "attempt :one",
        values: { ":archived": "archived", ":gsi2pk": statePartition(seen.channel, "archived"), ":none": {} },
      }),

    giveUp: (seen, error) =>
      takeUp(seen, {
        set: ["#state = :failed", "stateAt = :now", "gsi2pk = :gsi2pk", "#error = :error"],
        names: { "#error": "error" },
        values: { ":failed": "failed", ":gsi2pk": statePartition(seen.channel, "failed"), ":error": error },
      }),

    async getMany(ids) {
      const found = new Map<string, Recording>();
      let wanted: Record<string, unknown>[] = [...new Set(ids)].flatMap((id) => {
        const key = recordingKey(id);
        return key === undefined ? [] : [{ ...key }];
      });
      for (let attempt = 0; wanted.length > 0; attempt++) {
        if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** attempt, 2000)));
        const { Responses, UnprocessedKeys } = await options.client.send(
          new BatchGetCommand({ RequestItems: { [options.table]: { Keys: wanted, ConsistentRead: true } } }),
        );
        for (const item of Responses?.[options.table] ?? []) {
          const recording = recordingOf(itemOf(item));
          found.set(recording.id, recording);
        }
        wanted = UnprocessedKeys?.[options.table]?.Keys ?? [];
      }
      return found;
    },

    async list({ channel, broadcast, state, order = "desc", limit, cursor }) {
      const channels = channel === undefined ? (await options.channels.list()).map(({ id }) => id) : [channel];
      const page = await listPage(table, {
        index: state === undefined ? "gsi1" : "gsi2",
        partitions: channels.map((id) => (state === undefined ? `RECORDINGS#${id}` : statePartition(id, state))),
        ...(broadcast !== undefined && { from: `${broadcast}#`, before: `${broadcast}$` }),
        order,
        limit,
        cursor,
        filter: ["recordings", channel ?? null, broadcast ?? null, state ?? null, order],
        accept: () => true,
      });
      return { items: page.items.map(recordingOf), nextCursor: page.nextCursor };
    },
  };
}

function recordingKey(id: string): Key | undefined {
  const name = parseRecordingId(id);
  return name === undefined
    ? undefined
    : { pk: broadcastPartition(name.channel, name.broadcast), sk: `RECORDING#${formatNumber(name.number)}` };
}

function recordingSort({ channel, broadcast, number }: RecordingName): string {
  return `${broadcast}#${formatNumber(number)}#${channel}`;
}

function statePartition(channel: string, state: RecordingState): string {
  return `RECORDINGS#${channel}#${state}`;
}

function notFound(id: string): CatalogueError {
  return new CatalogueError("not-found", `There is no recording "${id}"`);
}

function recordingOf(item: Item): Recording {
  return {
    id: text(item, "id"),
    channel: text(item, "channel"),
    broadcast: text(item, "broadcast"),
    number: number(item, "number"),
    bucket: text(item, "bucket"),
    key: text(item, "key"),
    state: oneOf(item, "state", states),
    stateAt: optionalText(item, "stateAt") ?? text(item, "archivedAt"),
    attempt: optionalNumber(item, "attempt") ?? 0,
    redrives: optionalNumber(item, "redrives") ?? 0,
    redrivenAt: optionalText(item, "redrivenAt"),
    archivedAt: text(item, "archivedAt"),
    start: optionalText(item, "start"),
    durationMs: optionalNumber(item, "durationMs"),
    renditions: listOf(item, "renditions").map((value) => {
      const rendition = itemOf(value);
      return {
        name: text(rendition, "name"),
        width: number(rendition, "width"),
        height: number(rendition, "height"),
        bitrate: number(rendition, "bitrate"),
      };
    }),
    jobs: kinds.flatMap((kind) =>
      entries(item, "jobs")
        .filter(([key]) => key === kind)
        .map(([, job]) => ({ kind, id: optionalText(job, "id"), done: job["done"] === true })),
    ),
    people: listOf(item, "people").map(String),
    error: optionalText(item, "error"),
  };
}

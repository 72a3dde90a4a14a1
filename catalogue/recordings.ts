import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { parseRecordingId, type RecordingName } from "../domain/ids.ts";
import type { Failure } from "../domain/failure.ts";
import type { Placement, Recording, Rendition } from "../domain/model.ts";
import { recordingStates, transitions, type RecordingState, type Transition } from "../domain/recording-states.ts";
import type { Channels } from "./channels.ts";
import { CatalogueError } from "./errors.ts";
import type { Item } from "./item.ts";
import { listPage, type Order, type Page } from "./paging.ts";
import {
  channelRecordings,
  conversionJob,
  isDeleted,
  recordingKey,
  recordingOf,
  recordingSort,
  stateRecordings,
} from "./recording-items.ts";
import { createTable } from "./table.ts";
import { createTimeline } from "./timeline.ts";

/** A recording as the archive's event announces it. */
export interface NewRecording extends RecordingName {
  /** See `recordingId`. */
  id: string;
  bucket: string;
  key: string;
  /** Time of the event, ISO 8601 UTC. */
  archivedAt: string;
}

/** What a conversion produced. */
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
  /** Any of these. */
  state?: RecordingState | readonly RecordingState[] | undefined;
  order?: Order | undefined;
  /** 1–100. */
  limit: number;
  cursor?: string | undefined;
}

/**
 * The recordings and how far each got. Every step obeys {@link transitions}: reported twice, or too late, it changes
 * nothing. Each returns the recording as it is afterwards, unless its description says otherwise.
 */
export interface Recordings {
  /** Adds a new recording; a known one stays as it is. `undefined` if it was deleted: then it stays so. */
  archived(recording: NewRecording): Promise<Recording | undefined>;
  /** Stores its conversion job, the renditions that the job will produce, and when its first frame was, if known. */
  converting(id: string, job: string, planned: Rendition[], timeOfDayMs?: number): Promise<Recording>;
  /** Stores what the conversion produced and places the recording in its broadcast. */
  converted(id: string, converted: Converted): Promise<Recording>;
  /** Notes that these detectors are about to start. */
  analysing(id: string, detectors: readonly string[]): Promise<Recording>;
  /** Stores the job id that a detector got. */
  started(id: string, detector: string, job: string): Promise<Recording>;
  /** Notes that the job's result is in, unless the detector now waits for another job. */
  finished(id: string, detector: string, job: string): Promise<Recording>;
  /** Stores the ids of the subjects found in it. */
  sawSubjects(id: string, subjects: readonly string[]): Promise<Recording>;
  /** Adds a subject to those found in it. */
  sawSubject(id: string, subject: string): Promise<void>;
  indexed(id: string): Promise<Recording>;
  /** Stores why it got no further. */
  failed(id: string, failure: Failure): Promise<Recording>;
  /** Nobody streamed while it was recorded, so it is not converted. Stores where it is in time. */
  idle(id: string, place: { startMs: number; durationMs: number }): Promise<Recording>;
  /** A failed or idle recording starts over with the next attempt; `undefined` when it is neither. */
  retry(id: string): Promise<Recording | undefined>;
  /** The sweeper picks up a recording as it saw it; `undefined` if it has changed since. */
  redrive(seen: Recording): Promise<Recording | undefined>;
  /** The same for one whose job no longer exists: it starts over with the next attempt. */
  restart(seen: Recording): Promise<Recording | undefined>;
  /** The same for one that is given up. */
  giveUp(seen: Recording, failure: Failure): Promise<Recording | undefined>;
  get(id: string): Promise<Recording | undefined>;
  /** Whether it was deleted in the last days: what services still say of it then means nothing any more. */
  wasDeleted(id: string): Promise<boolean>;
  /** Those of these ids that exist, by id. */
  getMany(ids: string[]): Promise<Map<string, Recording>>;
  /** Notes where the cuts of a converted recording are, in milliseconds from its start, in order. */
  sawCuts(recording: RecordingName, cutsMs: readonly number[]): Promise<void>;
  /** Takes a recording out of its broadcast's timeline. */
  unplace(recording: RecordingName): Promise<void>;
  /**
   * Keeps it as it is until it is deleted, unless it has got to another state since it was seen; answers whether. From
   * then on nothing of it is done again, as its media may be gone.
   */
  beginDeletion(seen: Recording): Promise<boolean>;
  /** Deletes it, unless it has got to another state since it was seen; answers whether. What it showed stays. */
  delete(seen: Recording): Promise<boolean>;
  /** Where the converted recordings of a broadcast are in time, by number. */
  timeline(channel: string, broadcast: string): Promise<Placement[]>;
  /** Newest first by default. Throws `invalid-cursor`. */
  list(query: RecordingQuery): Promise<Page<Recording>>;
}

/** A change in DynamoDB's expression language, without the state: the transition brings that. */
interface Change {
  set?: string[];
  remove?: string[];
  add?: string[];
  /** Beyond the states of the transition. */
  condition?: string;
  names?: Record<string, string>;
  values?: Item;
}

/**
 * For so long it is known that a recording was deleted, in milliseconds: the archive's event can come again for as long
 * as it is kept as a dead letter, which is 14 days.
 */
const deletedKnownMs = 15 * 24 * 3_600_000;

/** A condition: it is in the state, and the attempt, in which it was seen. */
const asSeen = ({ state, attempt }: Recording) => ({
  condition: "#state = :state AND (attribute_not_exists(attempt) OR attempt = :attempt)",
  names: { "#state": "state" },
  values: { ":state": state, ":attempt": attempt },
});

/** What is noted of a recording whatever its state. */
const anyState: Transition = { from: recordingStates };

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

  async function itemOf(id: string): Promise<Item | undefined> {
    const key = recordingKey(id);
    return key === undefined ? undefined : await table.get(key);
  }

  const get: Recordings["get"] = async (id) => {
    const item = await itemOf(id);
    return item === undefined || isDeleted(item) ? undefined : recordingOf(item);
  };

  /** Applies the change where the transition and the condition allow it; `undefined` where they don't. */
  async function apply(id: string, { from, to }: Transition, change: Change): Promise<Recording | undefined> {
    const key = recordingKey(id);
    const name = parseRecordingId(id);
    if (key === undefined || name === undefined || from.length === 0) return undefined;
    const states = Object.fromEntries(from.map((state, index) => [`:from${index}`, state]));
    const set = [
      ...(change.set ?? []),
      ...(to === undefined ? [] : ["#state = :to", "stateAt = :now", "gsi2pk = :partition"]),
    ];
    const clauses: [string, string[] | undefined][] = [
      ["SET", set],
      ["REMOVE", change.remove],
      ["ADD", change.add],
    ];
    const item = await table.update(key, {
      update: clauses
        .flatMap(([verb, parts = []]) => (parts.length === 0 ? [] : `${verb} ${parts.join(", ")}`))
        .join(" "),
      condition: [
        `attribute_exists(pk) AND attribute_not_exists(deletionAt) AND #state IN (${Object.keys(states).join(", ")})`,
        ...(change.condition === undefined ? [] : [`(${change.condition})`]),
      ].join(" AND "),
      names: { "#state": "state", ...change.names },
      values: {
        ...states,
        ...(to !== undefined && { ":to": to, ":now": now(), ":partition": stateRecordings(name.channel, to) }),
        ...change.values,
      },
    });
    return item === undefined ? undefined : recordingOf(item);
  }

  /** The same; returns the recording as it is either way. */
  async function step(id: string, transition: Transition, change: Change): Promise<Recording> {
    const recording = (await apply(id, transition, change)) ?? (await get(id));
    if (recording === undefined) throw notFound(id);
    return recording;
  }

  /** A step of the sweeper: only for a recording that is still as it saw it. */
  const pickUp = (seen: Recording, transition: Transition, change: Change = {}): Promise<Recording | undefined> =>
    apply(
      seen.id,
      { ...transition, from: transition.from.filter((state) => state === seen.state) },
      {
        ...change,
        set: ["redrivenAt = :redrivenAt", ...(change.set ?? [])],
        add: ["redrives :one", ...(change.add ?? [])],
        condition:
          "(attribute_not_exists(stateAt) OR stateAt = :since) AND " +
          "(attribute_not_exists(redrives) OR redrives = :redrives)",
        values: {
          ":redrivenAt": now(),
          ":one": 1,
          ":since": seen.stateAt,
          ":redrives": seen.redrives,
          ...change.values,
        },
      },
    );

  return {
    get,
    async wasDeleted(id) {
      const item = await itemOf(id);
      return item !== undefined && isDeleted(item);
    },
    timeline: (channel, broadcast) => timeline.of(channel, broadcast),
    sawCuts: (recording, cutsMs) => timeline.cut(recording, cutsMs),
    unplace: (recording) => timeline.remove(recording),

    async beginDeletion(seen) {
      const key = recordingKey(seen.id);
      if (key === undefined) return false;
      const { values, ...unchanged } = asSeen(seen);
      const update = { update: "SET deletionAt = :now", ...unchanged, values: { ...values, ":now": now() } };
      return (await table.update(key, update)) !== undefined;
    },

    async delete(seen) {
      const key = recordingKey(seen.id);
      if (key === undefined) return false;
      const expiresAt = Math.ceil((clock() + deletedKnownMs) / 1000);
      return table.put({ ...key, deletedAt: now(), expiresAt }, asSeen(seen));
    },

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
          gsi1pk: channelRecordings(recording.channel),
          gsi1sk: sort,
          gsi2pk: stateRecordings(recording.channel, "archived"),
          gsi2sk: sort,
        },
        { condition: "attribute_not_exists(pk)" },
      );
      return get(recording.id);
    },

    converting: (id, job, planned, timeOfDayMs) =>
      step(id, transitions.converting, {
        set: [
          "jobs.#job = :job",
          "renditions = :planned",
          ...(timeOfDayMs === undefined ? [] : ["timeOfDayMs = :timeOfDayMs"]),
        ],
        names: { "#job": conversionJob },
        values: {
          ":job": { id: job, done: false },
          ":planned": planned,
          ...(timeOfDayMs !== undefined && { ":timeOfDayMs": timeOfDayMs }),
        },
      }),

    async converted(id, { durationMs, renditions }) {
      const recording = await get(id);
      if (recording === undefined) throw notFound(id);
      const allowed: readonly RecordingState[] = transitions.converted.from;
      if (!allowed.includes(recording.state)) return recording;
      const { startMs } = await timeline.place(recording, durationMs);
      return step(id, transitions.converted, {
        set: ["#start = :start", "durationMs = :durationMs", "renditions = :renditions"],
        names: { "#start": "start" },
        values: { ":start": new Date(startMs).toISOString(), ":durationMs": durationMs, ":renditions": renditions },
      });
    },

    analysing: (id, detectors) =>
      step(id, transitions.analysing, {
        set: detectors.map((_, index) => `jobs.#detector${index} = :waiting`),
        names: Object.fromEntries(detectors.map((detector, index) => [`#detector${index}`, detector])),
        values: { ":waiting": { done: false } },
      }),

    started: (id, detector, job) =>
      step(id, anyState, {
        set: ["jobs.#detector.id = :job"],
        condition: "attribute_exists(jobs.#detector) AND attribute_not_exists(jobs.#detector.id)",
        names: { "#detector": detector },
        values: { ":job": job },
      }),

    finished: (id, detector, job) =>
      step(id, anyState, {
        set: ["jobs.#detector = :job"],
        condition:
          "attribute_exists(jobs.#detector) AND (attribute_not_exists(jobs.#detector.id) OR jobs.#detector.id = :id)",
        names: { "#detector": detector },
        values: { ":job": { id: job, done: true }, ":id": job },
      }),

    sawSubjects: (id, subjects) =>
      step(id, anyState, { set: ["subjects = :subjects"], values: { ":subjects": subjects } }),

    async sawSubject(id, subject) {
      const { subjects } = (await get(id)) ?? {};
      if (subjects === undefined) throw notFound(id);
      await apply(id, anyState, {
        set: ["subjects = list_append(if_not_exists(subjects, :known), :one)"],
        condition: "attribute_not_exists(subjects) OR NOT contains(subjects, :subject)",
        values: { ":known": subjects, ":one": [subject], ":subject": subject },
      });
    },

    indexed: (id) => step(id, transitions.indexed, {}),

    failed: (id, failure) => step(id, transitions.failed, noted(failure)),

    idle: (id, { startMs, durationMs }) =>
      step(id, transitions.idle, {
        set: ["#start = :start", "durationMs = :durationMs"],
        names: { "#start": "start" },
        values: { ":start": new Date(startMs).toISOString(), ":durationMs": durationMs },
      }),

    retry: (id) =>
      apply(id, transitions.retry, {
        set: ["jobs = :none"],
        remove: ["#error", "failure", "redrives", "redrivenAt"],
        add: ["attempt :one"],
        names: { "#error": "error" },
        values: { ":none": {}, ":one": 1 },
      }),

    redrive: (seen) => pickUp(seen, transitions.redrive),

    restart: (seen) =>
      pickUp(seen, transitions.restart, { set: ["jobs = :none"], add: ["attempt :one"], values: { ":none": {} } }),

    giveUp: (seen, failure) => pickUp(seen, transitions.giveUp, noted(failure)),

    async getMany(ids) {
      const found = new Map<string, Recording>();
      const keys = [...new Set(ids)].flatMap((id) => recordingKey(id) ?? []);
      // BatchGetItem takes 100 keys.
      const batches = Array.from({ length: Math.ceil(keys.length / 100) }, (_, at) =>
        keys.slice(100 * at, 100 * (at + 1)),
      );
      await Promise.all(
        batches.map(async (batch) => {
          for (const item of (await table.getAll(batch)).filter((one) => !isDeleted(one))) {
            const recording = recordingOf(item);
            found.set(recording.id, recording);
          }
        }),
      );
      return found;
    },

    async list({ channel, broadcast, state, order = "desc", limit, cursor }) {
      const channels = channel === undefined ? (await options.channels.list()).map(({ id }) => id) : [channel];
      const states = state === undefined ? undefined : [...new Set([state].flat())].toSorted();
      const page = await listPage(table, {
        index: states === undefined ? "gsi1" : "gsi2",
        partitions: channels.flatMap((id) => states?.map((one) => stateRecordings(id, one)) ?? [channelRecordings(id)]),
        ...(broadcast !== undefined && { from: `${broadcast}#`, before: `${broadcast}$` }),
        order,
        limit,
        cursor,
        filter: ["recordings", channel ?? null, broadcast ?? null, states ?? null, order],
        accept: () => true,
      });
      return { items: page.items.map(recordingOf), nextCursor: page.nextCursor };
    },
  };
}

function noted({ kind, reason }: Failure): Change {
  return {
    set: ["failure = :failure", "#error = :error"],
    names: { "#error": "error" },
    values: { ":failure": kind, ":error": reason },
  };
}

function notFound(id: string): CatalogueError {
  return new CatalogueError("not-found", `Recording "${id}" does not exist`);
}

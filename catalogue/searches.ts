import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { broadcastStartMs } from "../domain/ids.ts";
import {
  isInRange,
  searchedOf,
  searchOutcomes,
  type PersonSearch,
  type SearchOutcome,
  type SearchRange,
} from "../domain/person-search.ts";
import type { Channels } from "./channels.ts";
import { entries, itemOf, list, number, oneOf, optionalText, text, type Item } from "./item.ts";
import type { Recordings } from "./recordings.ts";
import { createTable, type Key } from "./table.ts";

/** The recordings that a search would look at. */
export interface SearchPlan {
  /** Recording ids, newest first. */
  recordings: string[];
  /** Together. */
  durationMs: number;
}

/** Searches of the archive: at most one for a person, which the next one replaces. */
export interface Searches {
  /** The converted recordings in the range; stops when there are more than `most`. */
  plan(range: SearchRange, most: number): Promise<SearchPlan>;
  /** Stores a search to be advanced; `undefined` while another one for the person is running. */
  start(person: string, range: SearchRange, plan: SearchPlan): Promise<PersonSearch | undefined>;
  /** The person's last search. */
  get(person: string): Promise<PersonSearch | undefined>;
  /** The running ones, oldest first. */
  running(): Promise<PersonSearch[]>;
  /** Ends a running search early; returns whether it was running. */
  cancel(person: string): Promise<boolean>;
  /** Recording ids to take up next, in order; none when all were. */
  upcoming(search: PersonSearch): Promise<string[]>;
  /** Takes up the next recording; `undefined` when someone else did, or the search no longer runs. */
  take(search: PersonSearch, recording: string): Promise<PersonSearch | undefined>;
  /** Stores the job id that a detector got for a recording. */
  started(search: PersonSearch, recording: string, detector: string, job: string): Promise<void>;
  /** Stores how a recording's search ended; a second time changes nothing. */
  close(search: PersonSearch, recording: string, outcome: SearchOutcome): Promise<void>;
}

const partition = "SEARCHES";

/** The key of a person's search. */
export function searchKey(person: string): Key {
  return { pk: partition, sk: `SEARCH#${person}` };
}

/** Recordings on one row of a search's list, 4 KB. */
const recordingsPerRow = 100;
const pageSize = 500;
/** A search's list is left over when it has ended; it is deleted after this time. */
const listKeptSeconds = 30 * 24 * 3600;

/** The searches part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createSearches(options: {
  client: DynamoDBDocumentClient;
  table: string;
  channels: Channels;
  recordings: Pick<Recordings, "list">;
  now?: () => number;
}): Searches {
  const table = createTable(options);
  const clock = options.now ?? Date.now;
  const now = (): string => new Date(clock()).toISOString();
  const listKey = ({ person, run }: Pick<PersonSearch, "person" | "run">, row: number): Key => ({
    pk: `SEARCH#${person}#${run}`,
    sk: `LIST#${String(row).padStart(4, "0")}`,
  });

  /** Changes a search that still runs. */
  async function change(
    { person, run }: PersonSearch,
    update: string,
    { condition, names, values }: { condition?: string; names?: Record<string, string>; values?: Item } = {},
  ): Promise<PersonSearch | undefined> {
    const item = await table.update(searchKey(person), {
      update: `SET changedAt = :now${update}`,
      condition: `#run = :run AND #state = :running${condition === undefined ? "" : ` AND ${condition}`}`,
      names: { "#run": "run", "#state": "state", ...names },
      values: { ":now": now(), ":run": run, ":running": "running", ...values },
    });
    return item === undefined ? undefined : searchOf(item);
  }

  /** The recordings of one channel in the range, newest first. */
  async function* recordingsOf(
    channel: string,
    { broadcast, from, to }: SearchRange,
  ): AsyncGenerator<{ id: string; startMs: number; durationMs: number }> {
    // An analysis that runs now may have begun before the person was known.
    for (const state of ["indexed", "analysing"] as const) {
      let cursor: string | undefined;
      // Broadcasts of a channel don't overlap: whatever ran before the one that includes `from` is too old.
      let oldest = "";
      do {
        const page = await options.recordings.list({ channel, broadcast, state, limit: pageSize, cursor });
        for (const recording of page.items) {
          if (recording.broadcast < oldest) return;
          if (from !== undefined && broadcastStartMs(recording.broadcast) <= Date.parse(from))
            oldest = recording.broadcast;
          const { id, start, durationMs } = recording;
          if (start !== undefined && durationMs !== undefined && isInRange(recording, { from, to }))
            yield { id, startMs: Date.parse(start), durationMs };
        }
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    }
  }

  return {
    async plan(range, most) {
      const channels =
        range.channel === undefined ? (await options.channels.list()).map(({ id }) => id) : [range.channel];
      const found: { id: string; startMs: number; durationMs: number }[] = [];
      for (const channel of channels) {
        for await (const recording of recordingsOf(channel, range)) {
          found.push(recording);
          if (found.length > most) break;
        }
      }
      // One that was indexed in between is in both states' lists.
      const distinct = [...new Map(found.map((recording) => [recording.id, recording])).values()];
      return {
        recordings: distinct.sort((a, b) => b.startMs - a.startMs).map(({ id }) => id),
        durationMs: distinct.reduce((sum, { durationMs }) => sum + durationMs, 0),
      };
    },

    async start(person, range, { recordings, durationMs }) {
      const run = String(clock());
      const expiresAt = Math.floor(clock() / 1000) + listKeptSeconds;
      for (let first = 0; first < recordings.length; first += recordingsPerRow) {
        const key = listKey({ person, run }, first / recordingsPerRow);
        await table.put({ ...key, recordings: recordings.slice(first, first + recordingsPerRow), expiresAt });
      }
      const item: Item & Key = {
        ...searchKey(person),
        person,
        run,
        state: "running",
        range: Object.fromEntries(Object.entries(range).filter(([, value]) => value !== undefined)),
        startedAt: now(),
        changedAt: now(),
        durationMs,
        recordings: recordings.length,
        left: recordings.length,
        taken: 0,
        jobs: {},
        ...Object.fromEntries(searchOutcomes.map((outcome) => [outcome, 0])),
      };
      const isStored = await table.put(item, {
        condition: "attribute_not_exists(pk) OR #state <> :running OR #left = :none",
        names: { "#state": "state", "#left": "left" },
        values: { ":running": "running", ":none": 0 },
      });
      return isStored ? searchOf(item) : undefined;
    },

    async get(person) {
      const item = await table.get(searchKey(person));
      return item === undefined ? undefined : searchOf(item);
    },

    async running() {
      return (await table.partition(partition, "SEARCH#"))
        .map(searchOf)
        .filter(({ state }) => state === "running")
        .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    },

    async cancel(person) {
      const cancelled = await table.update(searchKey(person), {
        update: "SET #state = :cancelled, changedAt = :now",
        condition: "#state = :running AND #left > :none",
        names: { "#state": "state", "#left": "left" },
        values: { ":cancelled": "cancelled", ":running": "running", ":none": 0, ":now": now() },
      });
      return cancelled !== undefined;
    },

    async upcoming(search) {
      if (search.taken >= search.recordings) return [];
      const row = await table.get(listKey(search, Math.floor(search.taken / recordingsPerRow)));
      return list(row ?? {}, "recordings")
        .slice(search.taken % recordingsPerRow)
        .map(String);
    },

    take: (search, recording) =>
      change(search, ", #jobs.#recording = :none, #taken = #taken + :one", {
        condition: "#taken = :taken",
        names: { "#jobs": "jobs", "#recording": recording, "#taken": "taken" },
        values: { ":none": {}, ":one": 1, ":taken": search.taken },
      }),

    async started(search, recording, detector, job) {
      await change(search, ", #jobs.#recording.#detector = :job", {
        condition: "attribute_exists(#jobs.#recording)",
        names: { "#jobs": "jobs", "#recording": recording, "#detector": detector },
        values: { ":job": job },
      });
    },

    async close(search, recording, outcome) {
      await change(search, ", #left = #left - :one, #outcome = #outcome + :one REMOVE #jobs.#recording", {
        condition: "attribute_exists(#jobs.#recording)",
        names: { "#jobs": "jobs", "#recording": recording, "#left": "left", "#outcome": outcome },
        values: { ":one": 1 },
      });
    },
  };
}

/** The search in an item. One that is through is `done`, without a step that would say so. */
function searchOf(item: Item): PersonSearch {
  const state = oneOf(item, "state", ["running", "cancelled"]);
  const range = itemOf(item["range"]);
  const search = {
    person: text(item, "person"),
    run: text(item, "run"),
    range: {
      channel: optionalText(range, "channel"),
      broadcast: optionalText(range, "broadcast"),
      from: optionalText(range, "from"),
      to: optionalText(range, "to"),
    },
    startedAt: text(item, "startedAt"),
    changedAt: text(item, "changedAt"),
    durationMs: number(item, "durationMs"),
    recordings: number(item, "recordings"),
    taken: number(item, "taken"),
    open: entries(item, "jobs").map(([recording, jobs]) => ({
      recording,
      jobs: Object.fromEntries(Object.keys(jobs).map((detector) => [detector, text(jobs, detector)])),
    })),
    outcomes: {
      found: number(item, "found"),
      nothing: number(item, "nothing"),
      expired: number(item, "expired"),
      failed: number(item, "failed"),
    },
  };
  return { ...search, state: state === "running" && searchedOf(search) === search.recordings ? "done" : state };
}

import { setTimeout as delay } from "node:timers/promises";
import { CatalogueError } from "./errors.ts";
import { itemOf, number, optionalNumber, text, type Item } from "./item.ts";
import type { Key, Table } from "./table.ts";

/** How many clips each person, or each event, has, as a number in their row; what follows speaks of people. */
export interface ClipCounts {
  /**
   * Brings a person's number up to date with one broadcast; `moments` is the partition of the two. Call it after the
   * broadcast's own number has changed. Twice, at once with others, or after one that was cut off: the result is the
   * same.
   */
  settle(person: string, moments: string): Promise<void>;
  /** Begins to count anew, because rows went away that may have been counted. */
  restart(person: string): Promise<void>;
  /** The person's number, from their row or, while not all of it is counted, from their broadcasts. */
  of(row: Item): Promise<number>;
}

const attemptsAtMost = 20;

/**
 * A change concerns two rows, the person's and the broadcast's state, and is made in steps that anyone can finish:
 *
 * 1. The person's row takes the new number, and a note of the step that is left (`settling`).
 * 2. The state notes how much of it is counted (`counted`).
 * 3. The person's row drops the note.
 *
 * Every change of the person's row has a version, on which the next depends, so each difference is added once. What a
 * state says is counted holds only if it is younger than the count (`countedSince`).
 */
export function createClipCounts(options: {
  table: Table;
  rowKey: (id: string) => Key;
  /** The states of a person's broadcasts. */
  states: (id: string) => Promise<Item[]>;
  /** The clock, in milliseconds since the epoch. */
  now: () => number;
}): ClipCounts {
  const { table, rowKey, states, now } = options;

  /** Changes the person's row, if it still has the version that was read. */
  async function change(person: Item, update: string, values: Item, version?: number): Promise<boolean> {
    const known = optionalNumber(person, "countVersion");
    const unchanged = known === undefined ? "attribute_not_exists(countVersion)" : "countVersion = :known";
    const done = await table.update(rowKey(text(person, "id")), {
      update: `SET countVersion = :next${update}`,
      condition: `attribute_exists(pk) AND ${unchanged}`,
      values: { ...values, ":next": version ?? (known ?? 0) + 1, ...(known !== undefined && { ":known": known }) },
    });
    return done !== undefined;
  }

  /** Versions go on growing over all counts, those of an earlier person of the same id included. */
  function begin(person: Item): Promise<boolean> {
    const since = Math.max(now(), (optionalNumber(person, "countVersion") ?? 0) + 1);
    const update = ", countedSince = :since, clips = :none REMOVE settling, allCounted";
    return change(person, update, { ":since": since, ":none": 0 }, since);
  }

  /** Finishes what the person's row says is left of a change. */
  async function finish(person: Item): Promise<void> {
    const settling = itemOf(person["settling"]);
    await table.update(
      { pk: text(settling, "moments"), sk: "STATE" },
      {
        update: "SET counted = :clips, countedVersion = :version",
        condition: "attribute_exists(pk) AND (attribute_not_exists(countedVersion) OR countedVersion < :version)",
        values: { ":clips": number(settling, "clips"), ":version": number(person, "countVersion") },
      },
    );
    await change(person, " REMOVE settling", {});
  }

  /** One step towards the right number. Answers whether it is right. */
  async function step(id: string, moments: string): Promise<boolean> {
    const person = await table.get(rowKey(id));
    if (person === undefined) return true;
    const since = optionalNumber(person, "countedSince");
    if (since === undefined) {
      await begin(person);
      return false;
    }
    if (person["settling"] !== undefined) {
      await finish(person);
      return false;
    }
    // Read after the person's row: a change that this one does not know of has changed the row's version.
    const state = await table.get({ pk: moments, sk: "STATE" });
    if (state === undefined) return true;
    const isCounted = (optionalNumber(state, "countedVersion") ?? 0) > since;
    const clips = number(state, "clips");
    const difference = clips - (isCounted ? number(state, "counted") : 0);
    if (difference === 0) return true;
    const total = number(person, "clips") + difference;
    if (total < 0) await begin(person);
    else
      await change(person, ", clips = :total, settling = :settling", {
        ":total": total,
        ":settling": { moments, clips },
      });
    return false;
  }

  async function settleOne(id: string, moments: string): Promise<void> {
    // A change takes three steps; those of others get in between.
    for (let attempt = 0; attempt < 3 * attemptsAtMost; attempt++) {
      if (await step(id, moments)) return;
      if (attempt > 3) await delay(Math.random() * 10 * Math.min(attempt, 8));
    }
    throw new CatalogueError("busy", `The number of clips of "${id}" is changing too often; try again`);
  }

  return {
    async settle(id, moments) {
      await settleOne(id, moments);
      const person = await table.get(rowKey(id));
      if (person === undefined || person["allCounted"] === true) return;
      // A row from before there were numbers, or one that began anew.
      for (const state of await states(id)) await settleOne(id, text(state, "pk"));
      await table.update(rowKey(id), {
        update: "SET allCounted = :yes",
        condition: "countedSince = :since",
        values: { ":yes": true, ":since": person["countedSince"] },
      });
    },

    async restart(id) {
      for (;;) {
        const person = await table.get(rowKey(id));
        if (person === undefined || (await begin(person))) return;
      }
    },

    async of(row) {
      if (row["allCounted"] === true) return number(row, "clips");
      return (await states(text(row, "id"))).reduce((sum, state) => sum + number(state, "clips"), 0);
    },
  };
}

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { clipsFrom, type ClipRules, type Moment } from "../domain/clips.ts";
import { decisionFor } from "../domain/decisions.ts";
import { recordingId, type RecordingName } from "../domain/ids.ts";
import type { Appearance } from "../domain/model.ts";
import { CatalogueError } from "./errors.ts";
import { number, type Item } from "./item.ts";
import { appearanceItem, appearancesOf, clipItem, decisionOf } from "./moment-items.ts";
import { appearancesSort, momentsPartition } from "./moment-keys.ts";
import type { People } from "./people.ts";
import type { Recordings } from "./recordings.ts";
import { createTable, keyOf } from "./table.ts";

/** Where one person was seen in a recording. */
export interface Sighting {
  /** Person id. */
  person: string;
  appearances: Appearance[];
}

/** Appearances, and the clips that follow from them. */
export interface Moments {
  /**
   * Stores who was seen in a recording, in place of what was stored before, and brings the clips up to date: those of
   * the people in it, and of the people in the recordings before and after, whose clips may now reach into it. Done
   * twice, or at once with a neighbouring recording, in whichever order, the clips are the same.
   */
  index(recording: RecordingName, sightings: Sighting[], rules: ClipRules): Promise<void>;
}

/**
 * So often a re-computation starts over because another one was quicker, before the call gives up and may be repeated.
 */
const attemptsAtMost = 20;

/** The moments part of the catalogue. */
export function createMoments(options: {
  client: DynamoDBDocumentClient;
  table: string;
  people: People;
  recordings: Recordings;
}): Moments {
  const table = createTable(options);
  const { people, recordings } = options;

  /** The row that leads to a person's moments in a broadcast, before there are any. */
  async function open({ channel, broadcast }: RecordingName, person: string): Promise<void> {
    await table.put(
      {
        pk: momentsPartition(channel, broadcast, person),
        sk: "STATE",
        channel,
        broadcast,
        person,
        version: 0,
        clips: 0,
        gsi1pk: `BROADCASTS#${person}`,
        gsi1sk: `${broadcast}#${channel}`,
      },
      { condition: "attribute_not_exists(pk)" },
    );
  }

  /**
   * Computes a person's clips in a broadcast from what is stored, and writes the difference. The version orders
   * concurrent runs: one that others overtook starts over, so the last to finish has seen everything and repaired what
   * was written from an older view.
   */
  async function recompute({ channel, broadcast }: RecordingName, person: string, rules: ClipRules): Promise<void> {
    const pk = momentsPartition(channel, broadcast, person);
    for (let attempt = 0; attempt < attemptsAtMost; attempt++) {
      if (attempt > 0) await delay(Math.random() * 25 * Math.min(attempt, 8));
      const items = await table.partition(pk);
      const state = items.find((item) => item["sk"] === "STATE");
      if (state === undefined) return;
      const timeline = await recordings.timeline(channel, broadcast);
      const moments = clipsFrom(
        { channel, broadcast, person, timeline, appearances: items.flatMap(appearancesOf) },
        rules,
      );
      const wanted = rowsOf(moments, items, person);
      const present = new Map(
        items.filter((item) => String(item["sk"]).startsWith("CLIP#")).map((item) => [String(item["sk"]), item]),
      );
      const changed = [...wanted].filter(([sort, item]) => !isDeepStrictEqual(item, present.get(sort)));
      await Promise.all(changed.map(([, item]) => table.put({ ...item, ...keyOf(item) })));
      await table.deleteAll([...present.values()].filter((item) => !wanted.has(String(item["sk"]))).map(keyOf));
      const done = await table.update(
        { pk, sk: "STATE" },
        {
          update: "SET version = :next, clips = :clips",
          condition: "version = :version",
          values: {
            ":version": number(state, "version"),
            ":next": number(state, "version") + 1,
            ":clips": wanted.size,
          },
        },
      );
      if (done !== undefined) return;
    }
    throw new CatalogueError(
      "busy",
      `The clips of "${person}" in broadcast ${broadcast} are changing too often; try again`,
    );
  }

  return {
    async index(recording, sightings, rules) {
      const id = recordingId(recording);
      const before = (await recordings.get(id))?.people ?? [];
      const seen = sightings.filter(({ appearances }) => appearances.length > 0);
      for (const { person, appearances } of seen) {
        await open(recording, person);
        await table.put(appearanceItem(recording, person, appearances));
      }
      const names = seen.map(({ person }) => person).sort();
      for (const person of before.filter((known) => !names.includes(known))) {
        await table.delete({
          pk: momentsPartition(recording.channel, recording.broadcast, person),
          sk: appearancesSort(recording.number),
        });
      }
      // Written before the neighbours are read: of two that are indexed at once, at least the later one sees the other.
      await recordings.sawPeople(id, names);
      const around = [recording.number - 1, recording.number + 1].filter((number) => number >= 0);
      const neighbours = await recordings.getMany(around.map((number) => recordingId({ ...recording, number })));
      const affected = new Set([
        ...names,
        ...before,
        ...[...neighbours.values()].flatMap((neighbour) => neighbour.people),
      ]);
      const known = new Set((await people.list()).map((person) => person.id));
      for (const person of affected) if (known.has(person)) await recompute(recording, person, rules);
      // Whoever was taken off the list meanwhile leaves nothing behind.
      const remaining = new Set((await people.list()).map((person) => person.id));
      for (const person of affected) if (!remaining.has(person)) await people.forgetMoments(person);
    },
  };
}

/** The clip rows that should be there, by sort key: all moments but the deleted ones. */
function rowsOf(moments: Moment[], items: Item[], person: string): Map<string, Item> {
  const decisions = items.flatMap(decisionOf);
  return new Map(
    moments.flatMap((moment) => {
      const verdict = decisionFor(moment, decisions)?.verdict ?? "unreviewed";
      if (verdict === "deleted") return [];
      const item = clipItem(moment, person, verdict);
      return [[item.sk, item] as const];
    }),
  );
}

import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Sighting } from "../domain/appearances.ts";
import { clipsFrom, type ClipRules, type Moment } from "../domain/clips.ts";
import { decisionFor } from "../domain/decisions.ts";
import { recordingId, subjectKind, type RecordingName } from "../domain/ids.ts";
import type { Subject } from "../domain/model.ts";
import { CatalogueError } from "./errors.ts";
import { number, type Item } from "./item.ts";
import {
  appearanceItem,
  appearancesOf,
  clipItem,
  decisionOf,
  subjectItem,
  subjectOf,
  type StoredSubject,
} from "./moment-items.ts";
import { appearancesSort, momentsPartition } from "./moment-keys.ts";
import type { People } from "./people.ts";
import type { Recordings } from "./recordings.ts";
import { createTable, keyOf } from "./table.ts";

/** Appearances, and the clips that follow from them. */
export interface Moments {
  /**
   * Stores what was seen in a recording, and where its cuts are (if a detector looked for them), replacing what was
   * stored before, and updates the clips: those of its subjects, and those of the subjects in the recordings before and
   * after, whose clips may now reach into it. Done
   * twice, or at once with a neighbouring recording, in whichever order, the clips are the same.
   */
  index(recording: RecordingName, sightings: Sighting[], rules: ClipRules, cutsMs?: readonly number[]): Promise<void>;
  /** The same for one subject of a recording that is indexed: all others, and their clips, stay as they are. */
  indexSubject(recording: RecordingName, sighting: Sighting, rules: ClipRules): Promise<void>;
}

/** How often a re-computation starts over because another one was quicker, before the call fails. */
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

  /** Adds the row that leads to a subject's moments in a broadcast, unless it exists. */
  async function open({ channel, broadcast }: RecordingName, { id, kind, name }: Subject): Promise<void> {
    await table.put(
      {
        pk: momentsPartition(channel, broadcast, id),
        sk: "STATE",
        channel,
        broadcast,
        ...subjectItem({ id, name: kind === "event" ? name : undefined }),
        version: 0,
        clips: 0,
        gsi1pk: `BROADCASTS#${id}`,
        gsi1sk: `${broadcast}#${channel}`,
      },
      { condition: "attribute_not_exists(pk)" },
    );
  }

  /**
   * Computes a subject's clips in a broadcast from what is stored, and writes the difference. The version orders
   * concurrent runs: one that others overtook starts over, so the last to finish has seen everything and repaired what
   * was written from an older view.
   */
  async function recompute({ channel, broadcast }: RecordingName, subject: string, rules: ClipRules): Promise<void> {
    const pk = momentsPartition(channel, broadcast, subject);
    for (let attempt = 0; attempt < attemptsAtMost; attempt++) {
      if (attempt > 0) await delay(Math.random() * 25 * Math.min(attempt, 8));
      const items = await table.partition(pk);
      const state = items.find((item) => item["sk"] === "STATE");
      if (state === undefined) return;
      const timeline = await recordings.timeline(channel, broadcast);
      const moments = clipsFrom(
        { channel, broadcast, subject, timeline, appearances: items.flatMap(appearancesOf) },
        rules,
      );
      const wanted = rowsOf(moments, items, subjectOf(state));
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
      `The clips of "${subject}" in broadcast ${broadcast} are changing too often; try again`,
    );
  }

  return {
    async index(recording, sightings, rules, cutsMs) {
      const id = recordingId(recording);
      const before = (await recordings.get(id))?.subjects ?? [];
      const seen = sightings.filter(({ appearances }) => appearances.length > 0);
      for (const { subject, appearances } of seen) {
        await open(recording, subject);
        await table.put(appearanceItem(recording, subject.id, appearances));
      }
      const subjects = seen.map(({ subject }) => subject.id).sort();
      for (const subject of before.filter((known) => !subjects.includes(known))) {
        await table.delete({
          pk: momentsPartition(recording.channel, recording.broadcast, subject),
          sk: appearancesSort(recording.number),
        });
      }
      if (cutsMs !== undefined) await recordings.sawCuts(recording, cutsMs);
      // Written before the neighbours are read: of two that are indexed at once, at least the later one sees the other.
      await recordings.sawSubjects(id, subjects);
      const around = [recording.number - 1, recording.number + 1].filter((number) => number >= 0);
      const neighbours = await recordings.getMany(around.map((number) => recordingId({ ...recording, number })));
      const affected = new Set([
        ...subjects,
        ...before,
        ...[...neighbours.values()].flatMap((neighbour) => neighbour.subjects),
      ]);
      const forgotten = await forgottenOf(affected);
      for (const subject of affected) if (!forgotten.has(subject)) await recompute(recording, subject, rules);
      // Nothing stays behind of someone who was taken off the watch list meanwhile.
      for (const person of await forgottenOf(affected)) await people.forgetMoments(person);
    },

    async indexSubject(recording, { subject, appearances }, rules) {
      if (appearances.length > 0) {
        await open(recording, subject);
        await table.put(appearanceItem(recording, subject.id, appearances));
        await recordings.sawSubject(recordingId(recording), subject.id);
      } else {
        await table.delete({
          pk: momentsPartition(recording.channel, recording.broadcast, subject.id),
          sk: appearancesSort(recording.number),
        });
      }
      await recompute(recording, subject.id, rules);
      for (const person of await forgottenOf(new Set([subject.id]))) await people.forgetMoments(person);
    },
  };

  /** The people among these subjects who are not on the watch list. */
  async function forgottenOf(subjects: ReadonlySet<string>): Promise<Set<string>> {
    const known = new Set((await people.list()).map(({ id }) => id));
    return new Set([...subjects].filter((id) => subjectKind(id) === "person" && !known.has(id)));
  }
}

/** The clip rows that should be there, by sort key: all moments but the deleted ones. */
function rowsOf(moments: Moment[], items: Item[], subject: StoredSubject): Map<string, Item> {
  const decisions = items.flatMap(decisionOf);
  return new Map(
    moments.flatMap((moment) => {
      const verdict = decisionFor(moment, decisions)?.verdict ?? "unreviewed";
      if (verdict === "deleted") return [];
      const item = clipItem(moment, subject, verdict);
      return [[item.sk, item] as const];
    }),
  );
}

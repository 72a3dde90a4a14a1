import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Sighting } from "../domain/appearances.ts";
import { clipsFrom, type ClipRules, type Moment } from "../domain/clips.ts";
import { decisionFor, type Decision } from "../domain/decisions.ts";
import { isMarkClip, recordingId, subjectKind, type RecordingName } from "../domain/ids.ts";
import { markMoment } from "../domain/marks.ts";
import type { Person, Recording, Subject } from "../domain/model.ts";
import { CatalogueError } from "./errors.ts";
import { itemOf, number, type Item } from "./item.ts";
import { marksIn } from "./mark-items.ts";
import {
  appearanceItem,
  appearancesOf,
  clipItem,
  decisionOf,
  isVisible,
  subjectItem,
  subjectOf,
  type StoredSubject,
} from "./moment-items.ts";
import { appearancesSort, givenKey, momentsPartition } from "./moment-keys.ts";
import type { Events } from "./events.ts";
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
  /** Updates a subject's clips in a broadcast after a decision, with the rules that they were made with. */
  refresh(broadcast: Broadcast, subject: string): Promise<void>;
  /** Updates an event's clips in a broadcast after a change of marks that its recordings show. */
  marked(broadcast: Broadcast, event: Subject): Promise<void>;
  /**
   * Forgets what was seen in a recording and where it is in time. Clips that reached into it become shorter or go.
   * Decisions of editors stay. Done twice is done once.
   */
  forget(recording: Recording): Promise<void>;
  /** The same for one subject of a recording that is indexed: all others, and their clips, stay as they are. */
  indexSubject(recording: RecordingName, sighting: Sighting, rules: ClipRules): Promise<void>;
}

/** A run of a channel. */
type Broadcast = Pick<RecordingName, "channel" | "broadcast">;

/** How often a re-computation starts over because another one was quicker, before the call fails. */
const attemptsAtMost = 20;

/** The rules of states from before they were kept: those of a stack whose configuration says nothing else. */
const formerRules: ClipRules = { paddingMs: 500, gapMs: 3000, minMs: 250 };

/** The moments part of the catalogue. */
export function createMoments(options: {
  client: DynamoDBDocumentClient;
  table: string;
  people: People;
  events: Events;
  recordings: Recordings;
}): Moments {
  const table = createTable(options);
  const { people, events, recordings } = options;

  /** Adds the row that leads to a subject's moments in a broadcast, unless it exists. */
  async function open({ channel, broadcast }: Broadcast, { id, kind, name }: Subject): Promise<void> {
    if (kind === "event") await events.add({ id, name });
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

  /** Deletes what was seen of a subject in a recording. */
  async function unsee({ channel, broadcast, number }: RecordingName, subject: string): Promise<void> {
    await table.delete({ pk: momentsPartition(channel, broadcast, subject), sk: appearancesSort(number) });
  }

  /** What was decided about the moments of those who were merged into the subject. */
  async function formerDecisions({ channel, broadcast }: Broadcast, formerIds: readonly string[]): Promise<Decision[]> {
    const items = await Promise.all(
      formerIds.map((id) => table.partition(momentsPartition(channel, broadcast, id), "DECISION#")),
    );
    return items.flat().flatMap(decisionOf);
  }

  /**
   * Computes a subject's clips in a broadcast from what is stored, and writes the difference. The version orders
   * concurrent runs: one that others overtook starts over, so the last to finish has seen everything and repaired what
   * was written from an older view.
   */
  async function recompute(where: Broadcast, subject: string, rules?: ClipRules): Promise<void> {
    const { channel, broadcast } = where;
    const pk = momentsPartition(channel, broadcast, subject);
    for (let attempt = 0; attempt < attemptsAtMost; attempt++) {
      if (attempt > 0) await delay(Math.random() * 25 * Math.min(attempt, 8));
      const items = await table.partition(pk);
      const state = items.find((item) => item["sk"] === "STATE");
      if (state === undefined) return;
      const watchList = await people.list();
      const { formerIds = [] } = watchList.find(({ id }) => id === subject) ?? {};
      const timeline = await recordings.timeline(channel, broadcast);
      const applied = rules ?? rulesOf(state);
      const moments = [
        ...clipsFrom({ channel, broadcast, subject, timeline, appearances: items.flatMap(appearancesOf) }, applied),
        ...(await marksIn(table, channel, subject, timeline)).flatMap(
          (mark) => markMoment(mark, broadcast, timeline) ?? [],
        ),
      ];
      const decisions = [...items.flatMap(decisionOf), ...(await formerDecisions(where, formerIds))];
      const wanted = rowsOf(moments, decisions, subjectOf(state), watchList);
      const present = new Map(
        items.filter((item) => String(item["sk"]).startsWith("CLIP#")).map((item) => [String(item["sk"]), item]),
      );
      // Before the rows: if this is cut off, the next run still sees from them who is concerned.
      await give(where, subject, [...present.values()], [...wanted.values()], watchList);
      const changed = [...wanted].filter(([sort, item]) => !isDeepStrictEqual(item, present.get(sort)));
      await Promise.all(changed.map(([, item]) => table.put({ ...item, ...keyOf(item) })));
      await table.deleteAll([...present.values()].filter((item) => !wanted.has(String(item["sk"]))).map(keyOf));
      const done = await table.update(
        { pk, sk: "STATE" },
        {
          update: "SET version = :next, clips = :clips, clipRules = :rules",
          condition: "version = :version",
          values: {
            ":version": number(state, "version"),
            ":next": number(state, "version") + 1,
            ":clips": countOf(subject, [...wanted.values()], items),
            ":rules": applied,
          },
        },
      );
      if (done !== undefined) {
        await clipsChanged(where, subject);
        return;
      }
    }
    throw tooOften(subject, broadcast);
  }

  const clipsChanged = (where: Broadcast, subject: string): Promise<void> =>
    (subjectKind(subject) === "event" ? events : people).clipsChanged(subject, where);

  /** Counts for others the clips that editors gave to them, now or before. */
  async function give(
    where: Broadcast,
    from: string,
    before: readonly Item[],
    now: readonly Item[],
    watchList: readonly Person[],
  ): Promise<void> {
    const others = new Set([...before, ...now].map((item) => subjectOf(item).id).filter((id) => id !== from));
    for (const id of others) {
      const name = watchList.find((person) => idsOf(person).includes(id))?.name;
      if (name === undefined) continue;
      const clips = now.filter((item) => subjectOf(item).id === id && isVisible(item)).length;
      await open(where, { kind: "person", id, name });
      await table.put({
        ...givenKey(where, from, id),
        channel: where.channel,
        broadcast: where.broadcast,
        from,
        clips,
      });
      await count(where, id);
    }
  }

  /** Counts a subject's clips in a broadcast again. */
  async function count({ channel, broadcast }: Broadcast, subject: string): Promise<void> {
    const pk = momentsPartition(channel, broadcast, subject);
    for (let attempt = 0; attempt < attemptsAtMost; attempt++) {
      if (attempt > 0) await delay(Math.random() * 25 * Math.min(attempt, 8));
      const items = await table.partition(pk);
      const state = items.find((item) => item["sk"] === "STATE");
      if (state === undefined) return;
      const clips = items.filter((item) => String(item["sk"]).startsWith("CLIP#"));
      const done = await table.update(
        { pk, sk: "STATE" },
        {
          update: "SET version = :next, clips = :clips",
          condition: "version = :version",
          values: {
            ":version": number(state, "version"),
            ":next": number(state, "version") + 1,
            ":clips": countOf(subject, clips, items),
          },
        },
      );
      if (done !== undefined) {
        await clipsChanged({ channel, broadcast }, subject);
        return;
      }
    }
    throw tooOften(subject, broadcast);
  }

  return {
    refresh: (broadcast, subject) => recompute(broadcast, subject),

    async marked(broadcast, event) {
      await open(broadcast, event);
      await recompute(broadcast, event.id);
    },

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
        await unsee(recording, subject);
      }
      if (cutsMs !== undefined) await recordings.sawCuts(recording, cutsMs);
      // Written before the neighbours are read: of two that are indexed at once, at least the later one sees the other.
      await recordings.sawSubjects(id, subjects);
      const affected = new Set([...subjects, ...before, ...(await subjectsBeside(recording))]);
      const forgotten = await forgottenOf(affected);
      for (const subject of affected) if (!forgotten.has(subject)) await recompute(recording, subject, rules);
      // Nothing stays behind of someone who was taken off the watch list meanwhile.
      for (const person of await forgottenOf(affected)) await people.forgetMoments(person);
    },

    async forget(recording) {
      for (const subject of recording.subjects) await unsee(recording, subject);
      await recordings.unplace(recording);
      for (const subject of new Set([...recording.subjects, ...(await subjectsBeside(recording))]))
        await recompute(recording, subject);
    },

    async indexSubject(recording, { subject, appearances }, rules) {
      if (appearances.length > 0) {
        await open(recording, subject);
        await table.put(appearanceItem(recording, subject.id, appearances));
        await recordings.sawSubject(recordingId(recording), subject.id);
      } else await unsee(recording, subject.id);
      // What was seen of those who were merged into the subject is among what is seen of the subject now.
      const { formerIds = [] } = (await people.get(subject.id)) ?? {};
      for (const id of formerIds) {
        await unsee(recording, id);
        await recompute(recording, id, rules);
      }
      await recompute(recording, subject.id, rules);
      for (const person of await forgottenOf(new Set([subject.id]))) await people.forgetMoments(person);
    },
  };

  /** The subjects of the recordings before and after: their clips may reach into this one. */
  async function subjectsBeside(recording: RecordingName): Promise<string[]> {
    const around = [recording.number - 1, recording.number + 1].filter((number) => number >= 0);
    const neighbours = await recordings.getMany(around.map((number) => recordingId({ ...recording, number })));
    return [...neighbours.values()].flatMap((neighbour) => neighbour.subjects);
  }

  /** The people among these subjects who are not on the watch list. */
  async function forgottenOf(subjects: ReadonlySet<string>): Promise<Set<string>> {
    const known = new Set((await people.list()).flatMap(idsOf));
    return new Set([...subjects].filter((id) => subjectKind(id) === "person" && !known.has(id)));
  }
}

/** The ids of a person, of those who were merged into them included. */
function idsOf({ id, formerIds = [] }: Person): string[] {
  return [id, ...formerIds];
}

/** The rules that a subject's clips were made with. */
function rulesOf(state: Item): ClipRules {
  if (state["clipRules"] === undefined) return formerRules;
  const rules = itemOf(state["clipRules"]);
  return { paddingMs: number(rules, "paddingMs"), gapMs: number(rules, "gapMs"), minMs: number(rules, "minMs") };
}

/** How many of these clips everyone sees as the subject's, with those that were given to it. */
function countOf(subject: string, clips: readonly Item[], items: readonly Item[]): number {
  const given = items.filter((item) => String(item["sk"]).startsWith("GIVEN#"));
  const own = clips.filter((clip) => subjectOf(clip).id === subject && isVisible(clip));
  return own.length + given.reduce((sum, item) => sum + number(item, "clips"), 0);
}

function tooOften(subject: string, broadcast: string): CatalogueError {
  return new CatalogueError(
    "busy",
    `The clips of "${subject}" in broadcast ${broadcast} are changing too often; try again`,
  );
}

/**
 * The clip rows that should be there, by sort key: all moments but the deleted ones. What was given to someone who has
 * been forgotten since counts as rejected. What an editor marked needs no other review.
 */
function rowsOf(
  moments: readonly Moment[],
  decisions: readonly Decision[],
  own: StoredSubject,
  watchList: readonly Person[],
): Map<string, Item> {
  return new Map(
    moments.flatMap((moment) => {
      const unreviewed = isMarkClip(moment.id) ? "confirmed" : "unreviewed";
      const { verdict = unreviewed, subject = own.id } = decisionFor(moment, decisions) ?? {};
      if (verdict === "deleted") return [];
      const isKnown = subject === own.id || watchList.some((person) => idsOf(person).includes(subject));
      const shown = !isKnown || subject === own.id ? own : { id: subject, name: undefined };
      const item = clipItem(moment, shown, isKnown ? verdict : "rejected");
      return [[item.sk, item] as const];
    }),
  );
}

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { personSlug } from "../domain/ids.ts";
import type { Face, Person } from "../domain/model.ts";
import type { Acts } from "./acts.ts";
import { createClipCounts } from "./clip-counts.ts";
import { CatalogueError } from "./errors.ts";
import { forgetMoments as forget, type ForgottenMoments } from "./forget-moments.ts";
import { number, text, type Item } from "./item.ts";
import { peopleOf } from "./merged-people.ts";
import { momentsPartition } from "./moment-keys.ts";
import { createMerges, type Merges } from "./merges.ts";
import { searchKey } from "./searches.ts";
import { statesOf } from "./subject-states.ts";
import { createTable, type Key } from "./table.ts";

/** Who is put on the watch list. */
export interface NewPerson {
  name: string;
  /** The celebrity's name to look for without photos. */
  celebrity?: string | undefined;
}

/** The watch list. Two names that differ only in case, accents or punctuation are the same name. */
export interface People extends Merges {
  /** Puts a person on the list. Throws `name-taken`. */
  create(person: NewPerson): Promise<Person>;
  /** The person of this id, or whom it was merged into. */
  get(id: string): Promise<Person | undefined>;
  /** Everyone, by name. */
  list(): Promise<Person[]>;
  /** Gives a person another name; the id stays. Throws `name-taken`, `not-found`. */
  rename(id: string, name: string): Promise<Person>;
  /** Adds a face of a reference photo; the same face twice is one. Throws `not-found`. */
  addFace(id: string, face: Face): Promise<Person>;
  /** Removes a face. Throws `not-found` if the person does not exist. */
  removeFace(id: string, face: string): Promise<Person>;
  /** Notes Rekognition's id of the person's celebrity identity; the first one learnt stays. */
  learnCelebrity(id: string, celebrityId: string): Promise<void>;
  /**
   * Takes a person off the list, with all clips and what was seen of them. Answers who it was, so that the caller can
   * delete the faces from the collection, and what else went; `undefined` when there was nobody.
   */
  delete(id: string): Promise<({ person: Person } & ForgottenMoments) | undefined>;
  /** Deletes the stored moments of someone who is no longer on the list. */
  forgetMoments(id: string): Promise<ForgottenMoments>;
  /** How many clips each of these people has. A clip of the last moments may not be counted yet. */
  countClips(ids: string[]): Promise<Map<string, number>>;
  /** The same of one broadcast. */
  countClipsIn(broadcast: { channel: string; broadcast: string }, ids: string[]): Promise<Map<string, number>>;
  /** Notes that the number of a person's clips in a broadcast changed. */
  clipsChanged(id: string, broadcast: { channel: string; broadcast: string }): Promise<void>;
}

const partition = "PEOPLE";
/** After this time a claim on a name whose person never appeared is left over from a call that died. */
const claimExpiresMs = 60_000;

/** The people part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createPeople(options: {
  client: DynamoDBDocumentClient;
  table: string;
  acts: Acts;
  now?: () => number;
}): People {
  const table = createTable(options);
  const now = options.now ?? Date.now;
  const personKey = (id: string): Key => ({ pk: partition, sk: `PERSON#${id}` });
  const nameKey = (name: string): Key => ({ pk: partition, sk: `NAME#${personSlug(name)}` });

  const rows = async (): Promise<Item[]> => table.partition(partition, "PERSON#");

  const list = async (): Promise<Person[]> =>
    peopleOf(await rows()).sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));

  /** Who a row is. Only rows that take part in a merge need the others. */
  async function personOf(row: Item): Promise<Person> {
    const id = text(row, "id");
    const all = row["mergedInto"] === undefined && row["hasMerged"] !== true ? [row] : await rows();
    return peopleOf(all).find((person) => person.id === id || (person.formerIds ?? []).includes(id))!;
  }

  const get: People["get"] = async (id) => {
    const row = await table.get(personKey(id));
    return row === undefined ? undefined : personOf(row);
  };

  const takenError = (name: string): CatalogueError =>
    new CatalogueError("name-taken", `There is a person named "${name}" already; choose another name or use that one`);

  const holderError = (row: Item, name: string): CatalogueError =>
    row["mergedInto"] === undefined
      ? takenError(name)
      : new CatalogueError("name-taken", `"${name}" was merged into "${text(row, "mergedInto")}"; use that person`);

  const notFound = (id: string): CatalogueError => new CatalogueError("not-found", `Person "${id}" does not exist`);

  /** Reserves `name` for this person; refused if someone else has or is reserving it. */
  async function claim(name: string, id: string): Promise<void> {
    const slug = personSlug(name);
    // The names of those who were merged stay theirs: the merge may be taken back. The person itself may take them.
    const all = await rows();
    const own = [id, ...(peopleOf(all).find((person) => person.id === id)?.formerIds ?? [])];
    if (all.some((row) => !own.includes(text(row, "id")) && personSlug(text(row, "name")) === slug))
      throw takenError(name);
    const values = Object.fromEntries(own.map((one, index) => [`:own${index}`, one]));
    const claimed = await table.put(
      { ...nameKey(name), id, claimedAtMs: now() },
      {
        condition: `attribute_not_exists(pk) OR claimedAtMs < :expired OR id IN (${Object.keys(values).join(", ")})`,
        values: { ...values, ":expired": now() - claimExpiresMs },
      },
    );
    if (!claimed) throw takenError(name);
  }

  async function release(name: string, id: string): Promise<void> {
    await table.delete(nameKey(name), { condition: "id = :id", values: { ":id": id } });
  }

  async function change(
    id: string,
    update: string,
    values: Item = {},
    names: Record<string, string> = {},
  ): Promise<Person> {
    const item = await table.update(personKey(id), {
      update,
      condition: "attribute_exists(pk)",
      ...(Object.keys(values).length > 0 && { values }),
      ...(Object.keys(names).length > 0 && { names }),
    });
    if (item === undefined) throw notFound(id);
    return personOf(item);
  }

  const counts = createClipCounts({ table, rowKey: personKey, states: (id) => statesOf(table, id), now });

  const forgetMoments: People["forgetMoments"] = async (id) => {
    const forgotten = await forget(table, id, await statesOf(table, id));
    // Someone of the same name may be on the list by now.
    await counts.restart(id);
    return forgotten;
  };

  return {
    ...createMerges({ table, acts: options.acts, rows, get, personKey }),
    get,
    list,
    forgetMoments,

    async create({ name, celebrity }) {
      const slug = personSlug(name);
      // A renamed person keeps the id that its first name gave, so another person may need the next one.
      for (let suffix = 1; ; suffix++) {
        const id = suffix === 1 ? slug : `${slug.slice(0, 58)}-${suffix}`;
        const holder = await table.get(personKey(id));
        if (holder !== undefined) {
          if (personSlug(text(holder, "name")) === slug) throw holderError(holder, name);
          continue;
        }
        await claim(name, id);
        const item = { ...personKey(id), id, name, celebrity, faces: {} };
        if (await table.put(item, { condition: "attribute_not_exists(pk)" })) return personOf(item);
        // Someone else created it between the look and the write: with this name it is the same person twice.
      }
    },

    async rename(id, name) {
      const item = await table.get(personKey(id));
      if (item === undefined) throw notFound(id);
      const before = text(item, "name");
      await claim(name, id);
      const renamed = await change(id, "SET #name = :name", { ":name": name }, { "#name": "name" });
      if (personSlug(before) !== personSlug(name)) await release(before, id);
      return renamed;
    },

    addFace: (id, face) =>
      change(
        id,
        "SET faces.#face = if_not_exists(faces.#face, :face)",
        { ":face": { box: face.box, quality: face.quality, addedAtMs: now() } },
        { "#face": face.id },
      ),

    removeFace: (id, face) => change(id, "REMOVE faces.#face", {}, { "#face": face }),

    async learnCelebrity(id, celebrityId) {
      // The celebrity may be that of an entry that was merged into the person.
      const { formerIds = [] } = (await get(id)) ?? {};
      for (const one of [id, ...formerIds]) {
        const row = await table.update(personKey(one), {
          update: "SET celebrityId = if_not_exists(celebrityId, :celebrityId)",
          condition: "attribute_exists(celebrity)",
          values: { ":celebrityId": celebrityId },
        });
        if (row !== undefined) return;
      }
    },

    async delete(id) {
      const person = await get(id);
      if (person === undefined) {
        await forgetMoments(id);
        return undefined;
      }
      const ids = [...(person.formerIds ?? []), person.id];
      const forgotten: ForgottenMoments[] = [];
      const rowsGone: Item[] = [];
      // Moments first: if this is cut off, the person still exists and can be deleted again.
      for (const one of ids) forgotten.push(await forgetMoments(one));
      for (const one of ids) {
        const item = await table.delete(personKey(one));
        if (item === undefined) continue;
        rowsGone.push(item);
        await release(text(item, "name"), one);
      }
      // And what was found of them meanwhile.
      for (const one of ids) forgotten.push(await forgetMoments(one));
      await table.deleteAll(ids.map(searchKey));
      return {
        // With the faces that were added meanwhile.
        person: peopleOf(rowsGone).find((gone) => gone.id === person.id) ?? person,
        clips: forgotten.reduce((sum, { clips }) => sum + clips, 0),
        broadcasts: forgotten.reduce((sum, { broadcasts }) => sum + broadcasts, 0),
      };
    },

    async countClips(ids) {
      const [only, ...more] = ids;
      const wanted = only !== undefined && more.length === 0 ? [await table.get(personKey(only))] : await rows();
      const counted = wanted.flatMap((row) => (row !== undefined && ids.includes(text(row, "id")) ? [row] : []));
      const known = new Map(
        await Promise.all(counted.map(async (row) => [text(row, "id"), await counts.of(row)] as const)),
      );
      return new Map(ids.map((id) => [id, known.get(id) ?? 0]));
    },

    async countClipsIn({ channel, broadcast }, ids) {
      const partitions = new Map(ids.map((id) => [momentsPartition(channel, broadcast, id), id]));
      const keys = [...partitions.keys()].map((pk) => ({ pk, sk: "STATE" }));
      // BatchGetItem takes 100 keys.
      const batches = Array.from({ length: Math.ceil(keys.length / 100) }, (_, at) =>
        table.getAll(keys.slice(100 * at, 100 * (at + 1))),
      );
      const states = (await Promise.all(batches)).flat();
      const known = new Map(states.map((state) => [partitions.get(text(state, "pk")), number(state, "clips")]));
      return new Map(ids.map((id) => [id, known.get(id) ?? 0]));
    },

    clipsChanged: (id, { channel, broadcast }) => counts.settle(id, momentsPartition(channel, broadcast, id)),
  };
}

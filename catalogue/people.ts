import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { personSlug } from "../domain/ids.ts";
import type { Face, Person } from "../domain/model.ts";
import { CatalogueError } from "./errors.ts";
import { entries, itemOf, number, optionalText, text, type Item } from "./item.ts";
import { momentsPartition } from "./moment-keys.ts";
import { searchKey } from "./searches.ts";
import { createTable, keyOf, type Key } from "./table.ts";

/** Who is put on the watch list. */
export interface NewPerson {
  name: string;
  /** The celebrity's name to look for without photos. */
  celebrity?: string | undefined;
}

/** The watch list. Two names that differ only in case, accents or punctuation are the same name. */
export interface People {
  /** Puts a person on the list. Throws `name-taken`. */
  create(person: NewPerson): Promise<Person>;
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
   * delete the faces from the collection; `undefined` when there was nobody.
   */
  delete(id: string): Promise<Person | undefined>;
  /** Deletes the stored moments of someone who is no longer on the list. */
  forgetMoments(id: string): Promise<void>;
  /** How many clips each of these people has. A clip of the last moments may not be counted yet. */
  countClips(ids: string[]): Promise<Map<string, number>>;
}

const partition = "PEOPLE";
/** After this time a claim on a name whose person never appeared is left over from a call that died. */
const claimExpiresMs = 60_000;

/** The people part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createPeople(options: { client: DynamoDBDocumentClient; table: string; now?: () => number }): People {
  const table = createTable(options);
  const now = options.now ?? Date.now;
  const personKey = (id: string): Key => ({ pk: partition, sk: `PERSON#${id}` });
  const nameKey = (name: string): Key => ({ pk: partition, sk: `NAME#${personSlug(name)}` });

  const list = async (): Promise<Person[]> =>
    (await table.partition(partition, "PERSON#"))
      .map(personOf)
      .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));

  const takenError = (name: string): CatalogueError =>
    new CatalogueError("name-taken", `There is a person named "${name}" already; choose another name or use that one`);

  const notFound = (id: string): CatalogueError => new CatalogueError("not-found", `Person "${id}" does not exist`);

  /** Reserves `name` for this person; refused if someone else has or is reserving it. */
  async function claim(name: string, id: string): Promise<void> {
    const slug = personSlug(name);
    const people = await list();
    if (people.some((other) => other.id !== id && personSlug(other.name) === slug)) throw takenError(name);
    const claimed = await table.put(
      { ...nameKey(name), id, claimedAtMs: now() },
      {
        condition: "attribute_not_exists(pk) OR id = :id OR claimedAtMs < :expired",
        values: { ":id": id, ":expired": now() - claimExpiresMs },
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

  async function broadcastsOf(id: string): Promise<Item[]> {
    const states: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await table.query({
        IndexName: "gsi1",
        KeyConditionExpression: "gsi1pk = :pk",
        ExpressionAttributeValues: { ":pk": `BROADCASTS#${id}` },
        ExclusiveStartKey: from,
      });
      states.push(...page.items);
      from = page.last;
    } while (from !== undefined);
    return states;
  }

  const forgetMoments: People["forgetMoments"] = async (id) => {
    for (const state of await broadcastsOf(id)) {
      const items = await table.partition(momentsPartition(text(state, "channel"), text(state, "broadcast"), id));
      // The state row goes last: while anything is left, it still leads here.
      const isState = (key: Key): boolean => key.sk === "STATE";
      const keys = items.map(keyOf);
      await table.deleteAll(keys.filter((key) => !isState(key)));
      await table.deleteAll(keys.filter(isState));
    }
  };

  return {
    list,
    forgetMoments,

    async create({ name, celebrity }) {
      const slug = personSlug(name);
      // A renamed person keeps the id that its first name gave, so another person may need the next one.
      for (let suffix = 1; ; suffix++) {
        const id = suffix === 1 ? slug : `${slug.slice(0, 58)}-${suffix}`;
        const holder = await table.get(personKey(id));
        if (holder !== undefined) {
          if (personSlug(text(holder, "name")) === slug) throw takenError(name);
          continue;
        }
        await claim(name, id);
        const item = { ...personKey(id), id, name, celebrity, faces: {} };
        if (await table.put(item, { condition: "attribute_not_exists(pk)" })) return personOf(item);
        // Someone else created it between the look and the write: with this name it is the same person twice.
      }
    },

    async get(id) {
      const item = await table.get(personKey(id));
      return item === undefined ? undefined : personOf(item);
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
      await table.update(personKey(id), {
        update: "SET celebrityId = :celebrityId",
        condition: "attribute_exists(pk) AND attribute_not_exists(celebrityId)",
        values: { ":celebrityId": celebrityId },
      });
    },

    async delete(id) {
      const item = await table.delete(personKey(id));
      if (item !== undefined) await release(text(item, "name"), id);
      await forgetMoments(id);
      await table.delete(searchKey(id));
      return item === undefined ? undefined : personOf(item);
    },

    async countClips(ids) {
      const counts = await Promise.all(
        ids.map(async (id) => (await broadcastsOf(id)).reduce((sum, state) => sum + number(state, "clips"), 0)),
      );
      return new Map(ids.map((id, index) => [id, counts[index] ?? 0]));
    },
  };
}

function personOf(item: Item): Person {
  const faces = entries(item, "faces").sort(([, a], [, b]) => number(a, "addedAtMs") - number(b, "addedAtMs"));
  return {
    id: text(item, "id"),
    name: text(item, "name"),
    celebrity: optionalText(item, "celebrity"),
    celebrityId: optionalText(item, "celebrityId"),
    faces: faces.map(([id, face]) => {
      const box = itemOf(face["box"]);
      return {
        id,
        box: {
          left: number(box, "left"),
          top: number(box, "top"),
          width: number(box, "width"),
          height: number(box, "height"),
        },
        quality: number(face, "quality"),
      };
    }),
  };
}

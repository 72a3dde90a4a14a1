import assert from "node:assert/strict";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createCatalogue, seedPersonItem, type Catalogue } from "../../catalogue/index.ts";
import { appearance, broadcast, convert, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";
import { person } from "../domain/subjects.ts";

const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
const taken = { name: "CatalogueError", code: "name-taken" };

describe("catalogue people", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => (catalogue = await database.catalogue()));

  it("keeps a person under the slug of the name, with what was given", async () => {
    const expected = {
      id: "son-heung-min",
      name: "Son Heung-min",
      celebrity: "Heung-min Son",
      celebrityId: undefined,
      faces: [],
    };
    assert.deepEqual(await catalogue.people.create({ name: "Son Heung-min", celebrity: "Heung-min Son" }), expected);
    assert.deepEqual(await catalogue.people.get("son-heung-min"), expected);
    assert.equal(await catalogue.people.get("nobody"), undefined);
  });

  it("refuses a name that differs only in case, accents or punctuation", async () => {
    await catalogue.people.create({ name: "Zoë  Müller" });
    await assert.rejects(catalogue.people.create({ name: "zoe muller" }), {
      ...taken,
      message: 'There is a person named "zoe muller" already; choose another name or use that one',
    });
  });

  it("creates one person when the same name comes several times at once", async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => catalogue.people.create({ name: "Ada" })));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    assert.deepEqual(
      [...new Set(reasons)],
      ['CatalogueError: There is a person named "Ada" already; choose another name or use that one'],
    );
    assert.deepEqual(
      (await catalogue.people.list()).map(({ id }) => id),
      ["ada"],
    );
  });

  it("lists by name", async () => {
    for (const name of ["Carl", "ada", "Bea"]) await catalogue.people.create({ name });
    assert.deepEqual(
      (await catalogue.people.list()).map(({ name }) => name),
      ["ada", "Bea", "Carl"],
    );
  });

  it("renames, keeps the id, and frees the old name for someone else", async () => {
    await catalogue.people.create({ name: "Ada" });
    assert.equal((await catalogue.people.rename("ada", "Ada Lovelace")).id, "ada");
    assert.equal((await catalogue.people.create({ name: "Ada" })).id, "ada-2");
    await assert.rejects(catalogue.people.create({ name: "Ada Lovelace" }), taken);
    await assert.rejects(catalogue.people.rename("ada-2", "ada lovelace"), taken);
    await assert.rejects(catalogue.people.rename("nobody", "Nobody"), { code: "not-found" });
  });

  it("assigns a name to only one of two concurrent requests", async () => {
    await catalogue.people.create({ name: "Ada" });
    const results = await Promise.allSettled([
      catalogue.people.rename("ada", "Grace"),
      catalogue.people.create({ name: "Grace" }),
    ]);
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal((await catalogue.people.list()).filter(({ name }) => name === "Grace").length, 1);
  });

  it("lets a person change the spelling of the own name", async () => {
    await catalogue.people.create({ name: "ada" });
    assert.equal((await catalogue.people.rename("ada", "Ada")).name, "Ada");
  });

  it("adds faces once, oldest first, and removes them", async () => {
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.addFace("ada", { id: "face-b", box, quality: 90 });
    await catalogue.people.addFace("ada", { id: "face-a", box, quality: 80 });
    const again = await catalogue.people.addFace("ada", { id: "face-b", box, quality: 10 });
    assert.deepEqual(again.faces, [
      { id: "face-b", box, quality: 90 },
      { id: "face-a", box, quality: 80 },
    ]);
    assert.deepEqual(
      (await catalogue.people.removeFace("ada", "face-b")).faces.map(({ id }) => id),
      ["face-a"],
    );
    await assert.rejects(catalogue.people.addFace("nobody", { id: "f", box, quality: 1 }), { code: "not-found" });
  });

  it("learns a celebrity's id once", async () => {
    await catalogue.people.create({ name: "Ada", celebrity: "Ada" });
    await catalogue.people.learnCelebrity("ada", "4Xy");
    await catalogue.people.learnCelebrity("ada", "other");
    await catalogue.people.learnCelebrity("nobody", "4Xy");
    assert.equal((await catalogue.people.get("ada"))?.celebrityId, "4Xy");
    assert.equal(await catalogue.people.get("nobody"), undefined);
  });

  it("reads the item with which the program seeds the watch list, and keeps its name unique", async () => {
    const { client, table } = await database.table();
    const seeded = createCatalogue({ client, table });
    await client.send(new PutItemCommand({ TableName: table, Item: seedPersonItem("Son Heung-min") }));
    const son = {
      id: "son-heung-min",
      name: "Son Heung-min",
      celebrity: "Son Heung-min",
      celebrityId: undefined,
      faces: [],
    };
    assert.deepEqual(await seeded.people.list(), [son]);
    await assert.rejects(seeded.people.create({ name: "Son Heung-Min" }), taken);
    assert.equal((await seeded.people.addFace("son-heung-min", { id: "face", box, quality: 1 })).faces.length, 1);
  });

  it("forgets a person with all clips, and answers who it was", async () => {
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.create({ name: "Grace" });
    const [recording] = await convert(catalogue, [0]);
    const sightings = ["ada", "grace"].map((id) => ({
      subject: person(id),
      appearances: [appearance(0, 1000, 2000), appearance(0, 6000, 7000)],
    }));
    await catalogue.moments.index(recording!, sightings, rules);
    assert.deepEqual(
      [...(await catalogue.people.countClips(["ada", "grace", "nobody"]))],
      [
        ["ada", 2],
        ["grace", 2],
        ["nobody", 0],
      ],
    );

    const { person: gone, ...rest } = (await catalogue.people.delete("ada")) ?? {};
    assert.deepEqual([gone?.name, rest], ["Ada", { clips: 2, broadcasts: 1 }]);
    assert.equal(await catalogue.people.delete("ada"), undefined);
    assert.deepEqual(
      (await catalogue.clips.list({ limit: 100 })).items.map(({ subject }) => subject.id),
      ["grace", "grace"],
    );
    assert.equal(await catalogue.clips.get(`main.${broadcast}.ada.000000-1000`), undefined);
    assert.equal((await catalogue.people.create({ name: "Ada" })).id, "ada");
    assert.deepEqual([...(await catalogue.people.countClips(["ada"]))], [["ada", 0]]);
  });
});

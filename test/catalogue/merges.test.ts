import assert from "node:assert/strict";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import type { Person } from "../../domain/model.ts";
import { person } from "../domain/subjects.ts";
import { appearance, broadcast, convert, rules } from "./broadcast.ts";
import { failingClient } from "./failing-client.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const box = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
const old = `main.${broadcast}.ada-l.000000-1000`;

describe("merged people", () => {
  let database: TestDatabase;
  let options: Awaited<ReturnType<TestDatabase["table"]>>;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    options = await database.table();
    catalogue = createCatalogue(options);
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.create({ name: "Ada L.", celebrity: "Ada Lovelace" });
    await catalogue.people.addFace("ada", { id: "face-1", box, quality: 90 });
    await catalogue.people.addFace("ada-l", { id: "face-2", box, quality: 80 });
    await convert(catalogue, [0, 1, 2]);
    await index(0, "ada-l", 1000);
    await index(1, "ada", 1000);
  });

  /** Someone is seen in a recording for two seconds. */
  async function index(number: number, id: string, startMs: number): Promise<void> {
    const seen = { subject: person(id), appearances: [appearance(number, startMs, startMs + 2000)] };
    await catalogue.moments.index({ channel: "main", broadcast, number }, [seen], rules);
  }
  const clipsOf = async (...people: string[]): Promise<string[]> =>
    (await catalogue.clips.list({ limit: 100, order: "asc", person: people })).items.map(
      ({ id, subject }) => `${id.split(".").slice(2).join(".")} of ${subject.id}`,
    );
  const ids = (people: Person[]): string[] => people.map(({ id }) => id);
  const both = ["ada-l.000000-1000 of ada", "ada.000001-1000 of ada"];

  it("are one, with the faces, the celebrity and the clips of both, under either id", async () => {
    const { person: ada } = await catalogue.people.merge("ada-l", "ada");
    assert.deepEqual(ada, {
      id: "ada",
      name: "Ada",
      celebrity: "Ada Lovelace",
      celebrityId: undefined,
      faces: [
        { id: "face-1", box, quality: 90 },
        { id: "face-2", box, quality: 80 },
      ],
      formerIds: ["ada-l"],
    });
    assert.deepEqual(await catalogue.people.list(), [ada]);
    assert.deepEqual(await catalogue.people.get("ada-l"), ada);
    for (const people of [["ada"], ["ada-l"], ["ada", "ada-l"]]) assert.deepEqual(await clipsOf(...people), both);
    assert.equal((await catalogue.clips.get(old))?.subject.name, "Ada");
    await catalogue.people.learnCelebrity("ada", "4Xy");
    assert.equal((await catalogue.people.get("ada"))?.celebrityId, "4Xy");
  });

  it("are merged once: again it answers the same, and nobody is merged into themselves or into nobody", async () => {
    const { act } = await catalogue.people.merge("ada-l", "ada");
    assert.equal((await catalogue.people.merge("ada-l", "ada")).act, act);
    const message = '"ada" and "ada-l" are the same person already';
    await assert.rejects(catalogue.people.merge("ada", "ada-l"), { code: "same-person", message });
    await assert.rejects(catalogue.people.merge("ada", "ada"), { code: "same-person" });
    await assert.rejects(catalogue.people.merge("ada", "nobody"), { code: "not-found" });
    await assert.rejects(catalogue.people.merge("nobody", "ada"), { code: "not-found" });
    await catalogue.people.create({ name: "Grace" });
    await assert.rejects(catalogue.people.merge("ada-l", "grace"), { code: "not-found" });
    await catalogue.people.merge("ada", "grace");
    assert.deepEqual((await catalogue.people.get("ada-l"))?.formerIds, ["ada", "ada-l"]);
    assert.deepEqual(ids(await catalogue.people.list()), ["grace"]);
  });

  it("are one person also when both are merged into each other at once", async () => {
    await Promise.allSettled([catalogue.people.merge("ada-l", "ada"), catalogue.people.merge("ada", "ada-l")]);
    const [one, ...others] = await catalogue.people.list();
    assert.deepEqual(others, []);
    assert.equal(one?.faces.length, 2);
    assert.deepEqual((await clipsOf("ada")).length, 2);
  });

  it("keep their names for a merge that is taken back, but may take each other's", async () => {
    await catalogue.people.create({ name: "Grace" });
    const { act } = await catalogue.people.merge("ada-l", "ada");
    await assert.rejects(catalogue.people.create({ name: "Ada L." }), {
      code: "name-taken",
      message: '"Ada L." was merged into "ada"; use that person',
    });
    await assert.rejects(catalogue.people.rename("grace", "ADA L"), { code: "name-taken" });
    await catalogue.people.rename("ada", "Ada L.");
    await assert.rejects(catalogue.undo.undo(act), {
      code: "undo-outdated",
      message: 'Another person has the name "Ada L." now; rename that one first',
    });
    await catalogue.people.rename("ada", "Ada");
    assert.deepEqual(await catalogue.undo.undo(act), { kind: "merge", id: "ada-l" });
  });

  it("lose nothing of recordings that are indexed meanwhile with the watch list of before", async () => {
    await Promise.all([
      index(2, "ada-l", 6000),
      catalogue.people.merge("ada-l", "ada"),
      index(0, "ada-l", 1000),
      index(1, "ada", 1000),
    ]);
    assert.deepEqual(await clipsOf("ada"), [...both, "ada-l.000002-6000 of ada"]);
  });

  it("stay rejected where one of them was, when the recording is analysed again", async () => {
    await catalogue.clips.change(old, { review: "rejected" });
    await catalogue.people.merge("ada-l", "ada");
    await index(0, "ada", 1300);
    assert.deepEqual(await clipsOf("ada"), ["ada.000001-1000 of ada"]);
    assert.equal((await catalogue.clips.get(`main.${broadcast}.ada.000000-1300`))?.review, "rejected");
  });

  it("are two again when the merge is taken back, however often that is asked", async () => {
    const before = await catalogue.people.list();
    const { act } = await catalogue.people.merge("ada-l", "ada");
    const undone = [await catalogue.undo.undo(act), await catalogue.undo.undo(act)];
    assert.deepEqual(undone, [
      { kind: "merge", id: "ada-l" },
      { kind: "merge", id: "ada-l" },
    ]);
    assert.deepEqual(await catalogue.people.list(), before);
    assert.deepEqual(await clipsOf("ada"), ["ada.000001-1000 of ada"]);
    assert.deepEqual(await clipsOf("ada-l"), ["ada-l.000000-1000 of ada-l"]);
    const again = await catalogue.people.merge("ada-l", "ada");
    assert.notEqual(again.act, act);
    // The first one stays taken back; it does not take the second one back.
    await catalogue.undo.undo(act);
    assert.deepEqual(ids(await catalogue.people.list()), ["ada"]);
  });

  it("are whole, or not merged, wherever a merge or its undo was cut off; doing it again completes it", async () => {
    for (let sent = 0, complete = 0; complete < 2; sent++) {
      complete = 0;
      const cutOff = (): Catalogue =>
        createCatalogue({ client: failingClient(options.client, sent), table: options.table });
      complete += await isDone(cutOff().people.merge("ada-l", "ada"));
      assert.ok((await clipsOf("ada", "ada-l")).length === 2);
      const { act } = await catalogue.people.merge("ada-l", "ada");
      assert.deepEqual(await clipsOf("ada"), both);
      complete += await isDone(cutOff().undo.undo(act));
      await catalogue.undo.undo(act);
      assert.deepEqual(ids(await catalogue.people.list()), ["ada", "ada-l"]);
    }
  });

  it("are forgotten together", async () => {
    const { act } = await catalogue.people.merge("ada-l", "ada");
    const gone = await catalogue.people.delete("ada");
    assert.deepEqual(
      [gone?.person.faces.map(({ id }) => id), gone?.clips, gone?.broadcasts],
      [["face-1", "face-2"], 2, 2],
    );
    const message = 'Person "ada-l" has been forgotten since';
    await assert.rejects(catalogue.undo.undo(act), { code: "undo-outdated", message });
    assert.deepEqual(await catalogue.people.list(), []);
    await catalogue.people.create({ name: "Ada" });
    await catalogue.people.create({ name: "Ada L." });
    assert.deepEqual(await clipsOf("ada", "ada-l"), []);
  });
});

/** Whether a call that may be cut off was done, as a number. */
async function isDone(call: Promise<unknown>): Promise<number> {
  try {
    await call;
    return 1;
  } catch (error) {
    assert.equal(String(error), "Error: cut off");
    return 0;
  }
}

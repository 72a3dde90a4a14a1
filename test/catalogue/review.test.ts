import assert from "node:assert/strict";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import type { Recording } from "../../domain/model.ts";
import { person } from "../domain/subjects.ts";
import { appearance, broadcast, convert, rules } from "./broadcast.ts";
import { failingClient } from "./failing-client.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const first = `main.${broadcast}.ada.000000-1000`;
const second = `main.${broadcast}.ada.000000-7000`;

describe("what editors decide about clips", () => {
  let database: TestDatabase;
  let options: Awaited<ReturnType<TestDatabase["table"]>>;
  let catalogue: Catalogue;
  let recording: Recording;
  let now: number;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    options = await database.table();
    now = Date.parse("2026-11-22T20:00:00.000Z");
    catalogue = createCatalogue({ ...options, now: () => now });
    for (const name of ["Ada", "Grace"]) await catalogue.people.create({ name });
    [recording] = (await convert(catalogue, [0])) as [Recording];
    await index(0);
  });

  /** Ada at 1–3 s and 7–9 s, all of it so much later. */
  async function index(laterMs: number): Promise<void> {
    const at = (startMs: number, endMs: number) => appearance(0, startMs + laterMs, endMs + laterMs);
    const seen = { subject: person("ada"), appearances: [at(1000, 3000), at(7000, 9000)] };
    await catalogue.moments.index(recording, [seen], rules);
  }

  /** All clips as editors see them, those of both people as everyone does, and the numbers of both. */
  async function state(): Promise<[string[], string[], string[], number[]]> {
    const all = await catalogue.clips.list({ limit: 100, order: "asc", withRejected: true });
    const of = async (id: string): Promise<string[]> =>
      (await catalogue.clips.list({ limit: 100, order: "asc", person: [id] })).items.map((clip) => clip.id.slice(-4));
    const counts = await catalogue.people.countClips(["ada", "grace"]);
    return [
      all.items.map(({ id, subject, review }) => `${id.slice(-4)} ${subject.id} ${review}`),
      await of("ada"),
      await of("grace"),
      [counts.get("ada") ?? -1, counts.get("grace") ?? -1],
    ];
  }
  const untouched = [["1000 ada unreviewed", "7000 ada unreviewed"], ["1000", "7000"], [], [2, 0]];
  const given = [["1000 grace unreviewed", "7000 ada unreviewed"], ["7000"], ["1000"], [1, 1]];
  const outdated = { code: "undo-outdated", message: "The clip has been changed again since" };

  it("gives a clip to someone else; only what is sent changes", async () => {
    const { clip } = await catalogue.clips.change(first, { subject: "grace" });
    assert.deepEqual([clip.id, clip.subject, clip.review], [first, person("grace"), "unreviewed"]);
    assert.deepEqual(await state(), given);
    await catalogue.clips.change(first, { review: "confirmed" });
    assert.deepEqual((await catalogue.clips.get(first))?.subject, person("grace"));
    await catalogue.clips.change(first, { subject: "ada" });
    assert.deepEqual(await state(), [["1000 ada confirmed", "7000 ada unreviewed"], ["1000", "7000"], [], [2, 0]]);
  });

  it("hides rejected clips from the lists and numbers of everyone but editors", async () => {
    await catalogue.clips.change(first, { review: "rejected" });
    assert.deepEqual(await state(), [["1000 ada rejected", "7000 ada unreviewed"], ["7000"], [], [1, 0]]);
    assert.deepEqual((await catalogue.clips.list({ limit: 10, review: "rejected" })).items, []);
  });

  it("remembers everything when the recording is analysed again and the moments have moved a little", async () => {
    await catalogue.clips.change(first, { subject: "grace", review: "confirmed" });
    await catalogue.clips.change(second, { review: "rejected" });
    await index(400);
    assert.deepEqual(await state(), [["1400 grace confirmed", "7400 ada rejected"], [], ["1400"], [0, 1]]);
    // The old link leads to the clip, too.
    assert.deepEqual((await catalogue.clips.get(`main.${broadcast}.ada.000000-1400`))?.subject, person("grace"));
  });

  it("takes back a review, a subject and a deletion, each once, however often it is asked", async () => {
    const acts = [
      (await catalogue.clips.change(first, { review: "rejected" })).act,
      (await catalogue.clips.change(first, { subject: "grace" })).act,
      (await catalogue.clips.delete(first)) ?? "",
    ].reverse();
    assert.deepEqual(await state(), [["7000 ada unreviewed"], ["7000"], [], [1, 0]]);
    for (const act of [acts[0]!, acts[0]!])
      assert.deepEqual(await catalogue.undo.undo(act), { kind: "delete", id: first });
    assert.deepEqual(await state(), [["1000 grace rejected", "7000 ada unreviewed"], ["7000"], [], [1, 0]]);
    assert.deepEqual(await catalogue.undo.undo(acts[1]!), { kind: "review", id: first });
    assert.deepEqual((await state())[0], ["1000 ada rejected", "7000 ada unreviewed"]);
    for (const act of [acts[2]!, acts[2]!]) await catalogue.undo.undo(act);
    assert.deepEqual(await state(), untouched);
  });

  it("takes nothing back that was changed again, is an hour old, or never was", async () => {
    const { act } = await catalogue.clips.change(first, { review: "rejected" });
    const { act: later } = await catalogue.clips.change(first, { review: "confirmed" });
    await assert.rejects(catalogue.undo.undo(act), outdated);
    await catalogue.undo.undo(later);
    assert.equal((await catalogue.clips.get(first))?.review, "rejected");
    now += 3600_000 - 1;
    await catalogue.undo.undo(act);
    const { act: last } = await catalogue.clips.change(second, { review: "rejected" });
    now += 3600_000;
    await assert.rejects(catalogue.undo.undo(last), { code: "undo-expired" });
    for (const id of ["x", "00000000-0000-0000-0000-000000000000"])
      await assert.rejects(catalogue.undo.undo(id), { code: "undo-not-found" });
    await catalogue.people.delete("ada");
    const message = "The person whom the clip showed has been forgotten since";
    now -= 3600_000;
    await assert.rejects(catalogue.undo.undo(last), { code: "undo-outdated", message });
  });

  it("completes a change and its undo that were cut off anywhere, when they are done again", async () => {
    for (let sent = 0, complete = 0; complete < 2; sent++) {
      complete = 0;
      const cutOff = (): Catalogue =>
        createCatalogue({ client: failingClient(options.client, sent), table: options.table, now: () => now });
      const change = cutOff().clips.change(first, { subject: "grace" });
      if (await isDone(change)) complete += 1;
      const { act } = await catalogue.clips.change(first, { subject: "grace" });
      assert.deepEqual(await state(), given, `change, ${sent}`);
      const before = (await catalogue.clips.change(first, { subject: "ada" })).act;
      await catalogue.undo.undo(before);
      if (await isDone(cutOff().undo.undo(act))) complete += 1;
      await catalogue.undo.undo(act);
      await catalogue.clips.change(first, { subject: "ada" });
      assert.deepEqual(await state(), untouched, `undo, ${sent}`);
    }
  });

  it("loses nothing when the recording is indexed at the same time", async () => {
    for (let round = 0; round < 3; round++) {
      await Promise.all([index(0), catalogue.clips.change(first, { subject: "grace" }), index(0)]);
      assert.deepEqual(await state(), given);
      await Promise.all([index(0), catalogue.clips.change(first, { subject: "ada" }), index(0)]);
      assert.deepEqual(await state(), untouched);
    }
  });

  it("forgets with a person the clips that were given to them; what was recognised stays rejected", async () => {
    await catalogue.clips.change(first, { subject: "grace" });
    const { clips, broadcasts } = (await catalogue.people.delete("grace")) ?? {};
    assert.deepEqual([clips, broadcasts], [1, 1]);
    await catalogue.people.create({ name: "Grace" });
    assert.deepEqual(await state(), [["7000 ada unreviewed"], ["7000"], [], [1, 0]]);
    await index(0);
    assert.deepEqual(await state(), [["1000 ada rejected", "7000 ada unreviewed"], ["7000"], [], [1, 0]]);
  });

  it("leaves clips to those to whom they were given when the recognised person is forgotten", async () => {
    await catalogue.clips.change(first, { subject: "grace" });
    assert.equal((await catalogue.people.delete("ada"))?.clips, 1);
    assert.deepEqual(await state(), [["1000 grace unreviewed"], [], ["1000"], [0, 1]]);
  });
});

async function isDone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    assert.equal(String(error), "Error: cut off");
    return false;
  }
}

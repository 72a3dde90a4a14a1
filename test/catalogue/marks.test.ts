import assert from "node:assert/strict";
import { createCatalogue, type Catalogue, type ClipQuery } from "../../catalogue/index.ts";
import { broadcastStartMs, markId } from "../../domain/ids.ts";
import { markDefaults, type Mark } from "../../domain/marks.ts";
import { goal, person } from "../domain/subjects.ts";
import { appearance, broadcast, clock, convert, rules } from "./broadcast.ts";
import { failingClient } from "./failing-client.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const startMs = broadcastStartMs(broadcast);
const mark = (atMs: number, over: Partial<Mark> = {}): Mark => ({
  channel: "main",
  subject: "_goal",
  label: "Goal",
  atMs: startMs + atMs,
  ...markDefaults,
  ...over,
});
const clipAt = (at: string, event = "_goal"): string => `main.${broadcast}.${event}.20261122T${at}`;

describe("marks", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  let now: number;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    now = Date.parse("2026-11-22T20:00:00.000Z");
    catalogue = createCatalogue({ ...(await database.table()), now: () => now });
  });

  const clips = async (query: Partial<ClipQuery> = {}): Promise<string[]> =>
    (await catalogue.clips.list({ limit: 100, order: "asc", ...query })).items.map(({ id }) => id);
  const ranges = async (): Promise<string[][]> =>
    (await catalogue.clips.list({ limit: 100, order: "asc" })).items.map(({ start, end }) => [start, end]);
  const marked = async (query: object = {}): Promise<[string, number][]> =>
    (await catalogue.marks.list({ channel: "main", limit: 10, ...query })).items.map(({ mark: one, clips: of }) => [
      markId(one),
      of.length,
    ]);

  it("of what is converted are clips at once: exact, confirmed, and named as they were labelled", async () => {
    await convert(catalogue, [0, 1, 2, 3]);
    const made = await catalogue.marks.add(mark(25_300));
    assert.deepEqual([made.isNew, made.mark], [true, mark(25_300)]);
    const [clip] = made.clips;
    assert.deepEqual(
      [clip?.id, clip?.subject, clip?.start, clip?.end, clip?.durationMs, clip?.review],
      [clipAt("180025300"), goal, clock(13_300), clock(31_300), 18_000, "confirmed"],
    );
    assert.deepEqual(await catalogue.clips.get(clip!.id), clip);
    assert.deepEqual(await clips(), [clip!.id]);
    assert.deepEqual(await catalogue.people.list(), []);
  });

  it("become clips by themselves, and are listed without before; twice is once", async () => {
    assert.deepEqual((await catalogue.marks.add(mark(15_000))).clips, []);
    assert.deepEqual(await marked(), [["main._goal.20261122T180015000", 0]]);
    const expected = [
      [clock(3000), clock(10_000)],
      [clock(3000), clock(20_000)],
      [clock(3000), clock(21_000)],
    ];
    for (const [index, range] of expected.entries()) {
      const [recording] = await convert(catalogue, [index]);
      for (let times = 0; times < 2; times++) await catalogue.marks.recorded(recording!);
      assert.deepEqual(await ranges(), [range]);
    }
    assert.deepEqual(await marked(), [["main._goal.20261122T180015000", 1]]);
    const [later] = await convert(catalogue, [9]);
    await catalogue.marks.recorded(later!);
    assert.equal((await clips()).length, 1);
  });

  it("with the same label within five seconds are one, also at once", async () => {
    await convert(catalogue, [0, 1, 2, 3]);
    const together = await Promise.all([15_000, 15_300, 16_900].map((atMs) => catalogue.marks.add(mark(atMs))));
    const [[only, shown] = [], ...others] = await marked();
    assert.deepEqual([others, shown], [[], 1]);
    assert.ok(together.some(({ isNew, mark: one }) => isNew && markId(one) === only));
    assert.equal((await clips()).length, 1);
    const again = await catalogue.marks.add(mark(15_000, { label: "GOAL", beforeMs: 1000 }));
    assert.deepEqual([again.isNew, markId(again.mark), again.mark.beforeMs], [false, only, 12_000]);
    assert.equal((await catalogue.marks.add(mark(25_000))).isNew, true);
    assert.equal((await catalogue.marks.add(mark(15_000, { subject: "_save", label: "Save" }))).isNew, true);
    assert.deepEqual((await clips()).length, 3);
  });

  it("neither join each other nor what a detector found", async () => {
    const [recording] = await convert(catalogue, [0, 1, 2]);
    await catalogue.moments.index(recording!, [{ subject: goal, appearances: [appearance(0, 2000, 3000)] }], rules);
    for (const atMs of [12_000, 18_000]) await catalogue.marks.add(mark(atMs));
    const all = [clipAt("180012000"), `main.${broadcast}._goal.000000-2000`, clipAt("180018000")];
    assert.deepEqual(await clips(), all);
    await catalogue.moments.index(recording!, [], rules);
    assert.deepEqual(await clips(), [all[0], all[2]]);
  });

  it("are deleted with their clips, by either, and come back by the undo", async () => {
    await convert(catalogue, [0, 1]);
    const id = clipAt("180012000");
    for (const remove of [() => catalogue.clips.delete(id), () => catalogue.marks.delete(mark(12_000), "mark")]) {
      await catalogue.marks.add(mark(12_000));
      const act = await remove();
      assert.deepEqual([await clips(), await marked(), await catalogue.events.list()], [[], [], []]);
      assert.equal(await remove(), undefined);
      for (const id of [act!, act!]) assert.equal((await catalogue.undo.undo(id)).kind, "delete");
      assert.deepEqual(await clips(), [id]);
    }
  });

  it("lose their clips when a deletion that was cut off is tried again", async () => {
    const options = await database.table();
    const whole = createCatalogue(options);
    await convert(whole, [0, 1]);
    await whole.marks.add(mark(12_000));
    let isWhole = false;
    for (let sent = 0; !isWhole; sent++) {
      const { clips: cut } = createCatalogue({ ...options, client: failingClient(options.client, sent) });
      isWhole = await cut.delete(clipAt("180012000")).then(
        () => true,
        () => false,
      );
      await whole.clips.delete(clipAt("180012000"));
      assert.deepEqual((await whole.clips.list({ limit: 10 })).items, [], `cut off after ${sent} writes`);
      assert.deepEqual((await whole.marks.list({ channel: "main", limit: 10 })).items, []);
      await whole.marks.add(mark(12_000));
    }
  });

  it("stay when their recordings are converted again, rejected if an editor rejected them", async () => {
    const [first] = await convert(catalogue, [0, 1]);
    const id = clipAt("180012000");
    await catalogue.marks.add(mark(12_000));
    const { act } = await catalogue.clips.change(id, { review: "rejected" });
    await catalogue.marks.recorded(first!);
    assert.deepEqual([await clips(), await clips({ withRejected: true })], [[], [id]]);
    assert.deepEqual(
      [await marked(), await marked({ withRejected: true })],
      [[], [["main._goal.20261122T180012000", 1]]],
    );
    await catalogue.undo.undo(act);
    assert.equal((await catalogue.clips.get(id))?.review, "confirmed");
  });

  it("of one channel are not shown by another's recordings", async () => {
    await catalogue.marks.add(mark(5000));
    const [other] = await convert(catalogue, [0], { channel: "second" });
    await catalogue.marks.recorded(other!);
    assert.deepEqual(await clips(), []);
  });

  it("are listed latest first, by event and time, page by page", async () => {
    for (const atMs of [1000, 7000, 13_000]) await catalogue.marks.add(mark(atMs));
    await catalogue.marks.add(mark(4000, { subject: "_save", label: "Save" }));
    const times = async (query: object): Promise<string[]> => (await marked(query)).map(([id]) => id.slice(5));
    assert.deepEqual(await times({ event: "_save" }), ["_save.20261122T180004000"]);
    assert.deepEqual(await times({ from: clock(4000), to: clock(13_000), order: "asc" }), [
      "_save.20261122T180004000",
      "_goal.20261122T180007000",
    ]);
    const page = await catalogue.marks.list({ channel: "main", limit: 3 });
    const rest = await catalogue.marks.list({ channel: "main", limit: 3, cursor: page.nextCursor });
    assert.deepEqual(
      [...page.items, ...rest.items].map(({ mark: { atMs } }) => atMs - startMs),
      [13_000, 7000, 4000, 1000],
    );
    await assert.rejects(catalogue.marks.list({ channel: "second", limit: 3, cursor: page.nextCursor }), {
      code: "invalid-cursor",
    });
  });

  it("know what was recorded, or may be once it is converted", async () => {
    const has = (fromMs: number, toMs: number, channel = "main"): Promise<boolean> =>
      catalogue.marks.hasRecorded(channel, { startMs: startMs + fromMs, endMs: startMs + toMs });
    assert.equal(await has(0, 1000), false);
    await convert(catalogue, [0, 1]);
    assert.deepEqual(
      [await has(19_000, 25_000), await has(20_000, 25_000), await has(-5000, 0), await has(0, 1000, "second")],
      [true, false, false, false],
    );
    const name = { channel: "main", broadcast, number: 2 };
    const id = `main.${broadcast}.000002`;
    await catalogue.recordings.archived({ ...name, id, bucket: "b", key: "k", archivedAt: clock(30_000) });
    assert.deepEqual([await has(20_000, 25_000), await has(31_000, 40_000)], [true, false]);
    await catalogue.recordings.failed(id, { kind: "conversion", reason: "no video" });
    assert.equal(await has(20_000, 25_000), false);
  });

  it("give the events that clips can be filtered by, with their numbers over all broadcasts", async () => {
    await convert(catalogue, [0, 1, 2]);
    await convert(catalogue, [0, 1], { channel: "second" });
    for (const atMs of [2000, 12_000]) await catalogue.marks.add(mark(atMs));
    await catalogue.marks.add(mark(2000, { channel: "second", label: "goal!" }));
    await catalogue.marks.add(mark(4000, { subject: "_corner", label: "Corner" }));
    await catalogue.marks.add(mark(400_000, { subject: "_later", label: "Later" }));
    const events = [
      { id: "_corner", name: "Corner", clips: 1 },
      { id: "_goal", name: "Goal", clips: 3 },
    ];
    assert.deepEqual(await catalogue.events.list(), events);
    await catalogue.clips.change(clipAt("180012000"), { review: "rejected" });
    assert.deepEqual(await catalogue.events.list(), [events[0], { ...events[1], clips: 2 }]);
  });

  it("select the moments of people that overlap one of them, of the same channel", async () => {
    for (const name of ["Ada", "Grace"]) await catalogue.people.create({ name });
    for (const channel of ["main", "second"])
      for (const one of await convert(catalogue, [0, 1, 2, 3], { channel }))
        await catalogue.moments.index(
          one,
          ["ada", "grace"].map((id) => ({
            subject: person(id),
            appearances: [appearance(one.number, 4000, 5000, 90, channel)],
          })),
          rules,
        );
    const short = { beforeMs: 2000, afterMs: 2000 };
    await catalogue.marks.add(mark(4000, short));
    await catalogue.marks.add(mark(25_000, { ...short, channel: "second" }));
    await catalogue.marks.add(mark(37_000, { ...short, subject: "_save", label: "Save" }));
    const adas = async (query: Partial<ClipQuery>): Promise<string[]> =>
      (await clips({ person: ["ada"], ...query })).map((id) => id.replace(`.${broadcast}.ada`, ""));
    assert.deepEqual(await adas({ event: ["_goal"] }), ["main.000000-4000", "second.000002-4000"]);
    assert.deepEqual(await adas({ event: ["_goal"], order: "desc" }), ["second.000002-4000", "main.000000-4000"]);
    assert.deepEqual(await adas({ event: ["_save", "_goal"] }), [
      "main.000000-4000",
      "second.000002-4000",
      "main.000003-4000",
    ]);
    assert.deepEqual(await adas({ event: ["_goal"], channel: "second" }), ["second.000002-4000"]);
    assert.deepEqual(await adas({ event: ["_none"] }), []);
    assert.equal((await clips({ event: ["_goal"], kind: "person" })).length, 4);
    assert.equal((await clips({ event: ["_goal"], person: ["ada", "grace"] })).length, 4);
    assert.deepEqual(await clips({ event: ["_goal"], person: ["ada"], kind: "event" }), []);
    assert.equal((await clips({ event: ["_goal", "_save"] })).length, 3);
    const query: ClipQuery = { person: ["ada"], event: ["_goal"], order: "asc", limit: 1 };
    const { nextCursor: cursor } = await catalogue.clips.list(query);
    assert.equal((await catalogue.clips.list({ ...query, cursor })).items[0]?.channel, "second");
    await assert.rejects(catalogue.clips.list({ ...query, event: ["_save"], cursor }), { code: "invalid-cursor" });
    await catalogue.clips.change(clipAt("180004000"), { review: "rejected" });
    assert.deepEqual(await adas({ event: ["_goal"] }), ["second.000002-4000"]);
  });
});

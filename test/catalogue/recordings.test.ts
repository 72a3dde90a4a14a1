import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import type { Failure } from "../../domain/failure.ts";
import type { Recording } from "../../domain/model.ts";
import { broadcast, clock, convert } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const id = `main.${broadcast}.000012`;
const renditions = [{ name: "720p", width: 1280, height: 720, bitrate: 2_500_000 }];

const because = (reason: string): Failure => ({ kind: "no-video", reason });

describe("catalogue recordings", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => (catalogue = await database.catalogue()));

  const archive = async (number = 12, archivedAt = clock(130_000)): Promise<Recording> => {
    const recording = await archiveAgain(number, archivedAt);
    assert.ok(recording !== undefined);
    return recording;
  };
  const archiveAgain = (number = 12, archivedAt = clock(130_000)): Promise<Recording | undefined> =>
    catalogue.recordings.archived({
      channel: "main",
      broadcast,
      number,
      id: `main.${broadcast}.${String(number).padStart(6, "0")}`,
      bucket: "archive",
      key: `main/${broadcast}/recording.000012.ts`,
      archivedAt,
    });

  it("goes from archived to indexed, noting what each step says", async () => {
    assert.equal((await archive()).state, "archived");
    assert.partialDeepStrictEqual(await catalogue.recordings.converting(id, "job-1", renditions), {
      state: "converting",
      renditions,
    });
    const converted = await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    assert.partialDeepStrictEqual(converted, {
      state: "converting",
      start: clock(120_000),
      durationMs: 10_000,
      renditions,
    });
    await catalogue.recordings.analysing(id, ["faces", "celebrities"]);
    await catalogue.recordings.started(id, "faces", "job-2");
    await catalogue.recordings.finished(id, "faces", "job-2");
    await catalogue.recordings.finished(id, "celebrities", "job-3");
    await catalogue.recordings.sawSubjects(id, ["ada"]);
    const indexed = await catalogue.recordings.indexed(id);
    assert.deepEqual(indexed, {
      id,
      channel: "main",
      broadcast,
      number: 12,
      bucket: "archive",
      key: `main/${broadcast}/recording.000012.ts`,
      state: "indexed",
      attempt: 0,
      stateAt: indexed.stateAt,
      redrives: 0,
      redrivenAt: undefined,
      archivedAt: clock(130_000),
      timeOfDayMs: undefined,
      start: clock(120_000),
      durationMs: 10_000,
      renditions,
      conversion: "job-1",
      analyses: [
        { detector: "celebrities", job: "job-3", done: true },
        { detector: "faces", job: "job-2", done: true },
      ],
      subjects: ["ada"],
      failure: undefined,
    });
  });

  it("is placed by its timecode, however late its event came", async () => {
    await archive();
    const began = Date.parse(clock(100_000));
    await catalogue.recordings.converting(id, "job-1", renditions, began % 86_400_000);
    const { start } = await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    assert.equal(start, clock(100_000));
    assert.deepEqual(await catalogue.recordings.timeline("main", broadcast), [
      { number: 12, startMs: began, durationMs: 10_000, isExact: true },
    ]);
  });

  it("never goes back: a step that comes twice or late changes nothing", async () => {
    await archive();
    await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    await catalogue.recordings.analysing(id, ["faces"]);
    const analysing = await catalogue.recordings.started(id, "faces", "job-2");
    assert.deepEqual(await archive(12, clock(999_000)), analysing);
    assert.deepEqual(await catalogue.recordings.converting(id, "job-1", []), analysing);
    assert.deepEqual(await catalogue.recordings.converted(id, { durationMs: 1, renditions: [] }), analysing);
    assert.deepEqual(await catalogue.recordings.analysing(id, ["celebrities"]), analysing);
    assert.deepEqual(await catalogue.recordings.started(id, "faces", "job-9"), analysing);
    assert.deepEqual(await catalogue.recordings.finished(id, "faces", "job-9"), analysing);
    const indexed = await catalogue.recordings.indexed(id);
    assert.deepEqual(await catalogue.recordings.failed(id, because("too late")), indexed);
  });

  it("keeps the first reason of a failure, until it is tried again", async () => {
    await archive();
    assert.equal(await catalogue.recordings.retry(id), undefined);
    await catalogue.recordings.converting(id, "job-1", renditions);
    await catalogue.recordings.failed(id, because("It is no video"));
    await catalogue.recordings.failed(id, because("It is still no video"));
    assert.partialDeepStrictEqual(await catalogue.recordings.indexed(id), {
      state: "failed",
      failure: because("It is no video"),
    });
    const retried = await catalogue.recordings.retry(id);
    assert.deepEqual(
      [retried?.state, retried?.attempt, retried?.failure, retried?.conversion, retried?.analyses],
      ["archived", 1, undefined, undefined, []],
    );
    assert.deepEqual(await catalogue.recordings.get(id), retried);
  });

  it("stores since when a recording has been in its state", async () => {
    let now = Date.parse(clock(0));
    catalogue = await database.catalogue(() => now);
    const since = async (): Promise<string | undefined> => (await catalogue.recordings.get(id))?.stateAt;
    await archive();
    assert.equal(await since(), clock(0));
    now += 1000;
    await catalogue.recordings.converting(id, "job-1", renditions);
    assert.equal(await since(), clock(1000));
    now += 1000;
    await catalogue.recordings.converting(id, "job-1", renditions);
    await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    assert.equal(await since(), clock(1000));
    await catalogue.recordings.failed(id, because("It is no video"));
    now += 1000;
    assert.equal((await catalogue.recordings.retry(id))?.stateAt, clock(3000));
  });

  it("lets one sweep take up a recording that is still as it was seen", async () => {
    const { recordings } = catalogue;
    await archive();
    const seen = await recordings.converting(id, "job-1", renditions);
    assert.partialDeepStrictEqual(await recordings.redrive(seen), {
      state: "converting",
      stateAt: seen.stateAt,
      redrives: 1,
      conversion: "job-1",
    });
    for (const again of [
      recordings.redrive(seen),
      recordings.restart(seen),
      recordings.giveUp(seen, because("too late")),
    ])
      assert.equal(await again, undefined);
    const before = (await recordings.get(id))!;
    const restarted = await recordings.restart(before);
    assert.partialDeepStrictEqual(restarted, {
      state: "archived",
      attempt: 1,
      redrives: 2,
      conversion: undefined,
      analyses: [],
    });
    assert.deepEqual((await recordings.list({ channel: "main", state: "archived", limit: 10 })).items, [restarted]);
    await recordings.converting(id, "job-2", renditions);
    assert.equal(await recordings.giveUp(restarted!, because("too late")), undefined);
    const given = await recordings.giveUp((await recordings.get(id))!, because("It got no further"));
    assert.partialDeepStrictEqual(given, { state: "failed", failure: because("It got no further"), redrives: 3 });
    assert.partialDeepStrictEqual(await recordings.retry(id), {
      state: "archived",
      attempt: 2,
      redrives: 0,
      redrivenAt: undefined,
      failure: undefined,
    });
  });

  it("says that a recording does not exist", async () => {
    assert.equal(await catalogue.recordings.get(id), undefined);
    assert.equal(await catalogue.recordings.get("garbage"), undefined);
    await assert.rejects(catalogue.recordings.indexed(id), {
      code: "not-found",
      message: `Recording "${id}" does not exist`,
    });
    await assert.rejects(catalogue.recordings.failed("garbage", because("x")), { code: "not-found" });
  });

  it("places recordings so that they abut, in whichever order they complete", async () => {
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
      [0, 2, 1],
    ]) {
      const fresh = await database.catalogue();
      // Each event comes a different time after the recording's end.
      for (const number of order) await convert(fresh, [number], { lateMs: 200 + number * 130 });
      const [a, b, c] = await fresh.recordings.timeline("main", broadcast);
      assert.deepEqual([a?.number, b?.number, c?.number], [0, 1, 2]);
      assert.equal(a!.startMs + 10_000, b!.startMs, `order ${order.join()}`);
      // Where both neighbours were there first, they are not moved; the one between abuts the previous one.
      if (order.join() !== "0,2,1") assert.equal(b!.startMs + 10_000, c!.startMs, `order ${order.join()}`);
    }
  });

  it("places recordings that complete at once so that they abut", async () => {
    await Promise.all([3, 0, 2, 1].map((number) => convert(catalogue, [number], { lateMs: number * 90 })));
    const timeline = await catalogue.recordings.timeline("main", broadcast);
    const edges = timeline.slice(1).map((placement, index) => placement.startMs - timeline[index]!.startMs - 10_000);
    assert.equal(timeline.length, 4);
    for (const edge of edges) assert.ok(Math.abs(edge) <= 270, `an edge is off by ${edge} ms`);
    assert.ok(edges.includes(0));
  });

  it("places recordings next to each other in a broadcast of any length", async () => {
    await convert(catalogue, [248, 249], { lateMs: 100 });
    await convert(catalogue, [250, 251], { lateMs: 300 });
    const timeline = await catalogue.recordings.timeline("main", broadcast);
    assert.deepEqual(
      timeline.map(({ number, startMs }) => [number, startMs - timeline[0]!.startMs]),
      [
        [248, 0],
        [249, 10_000],
        [250, 20_000],
        [251, 30_000],
      ],
    );
  });

  it("stays deleted when its archive event comes again, and when something of it comes late", async () => {
    const { recordings } = catalogue;
    await archive();
    const seen = await recordings.failed(id, because("no video"));
    for (const time of ["first", "again"]) assert.equal(await recordings.beginDeletion(seen), true, time);
    assert.deepEqual([await recordings.retry(id), (await recordings.get(id))?.state], [undefined, "failed"]);
    assert.equal(await recordings.delete(seen), true);
    assert.equal(await recordings.delete(seen), false);
    assert.equal(await recordings.beginDeletion(seen), false);
    assert.equal(await archiveAgain(), undefined);
    assert.equal(await recordings.get(id), undefined);
    assert.deepEqual([...(await recordings.getMany([id])).keys()], []);
    assert.equal(await recordings.retry(id), undefined);
    await assert.rejects(recordings.indexed(id), { code: "not-found" });
    for (const state of [undefined, "failed"] as const)
      assert.deepEqual((await recordings.list({ channel: "main", state, limit: 100 })).items, []);
  });

  it("is not deleted if it has changed since it was seen", async () => {
    const { recordings } = catalogue;
    await archive();
    const seen = await recordings.failed(id, because("no video"));
    await recordings.retry(id);
    assert.equal(await recordings.beginDeletion(seen), false);
    assert.equal(await recordings.delete(seen), false);
    // Failed again, but by another attempt.
    await recordings.failed(id, because("no video"));
    assert.equal(await recordings.delete(seen), false);
    assert.equal((await recordings.get(id))?.state, "failed");
  });

  it("leaves its place in time when it is taken out, and the others where they are", async () => {
    const { recordings } = catalogue;
    for (const number of [0, 1]) {
      const { id: one } = await archive(number, clock(10_000 * (number + 1)));
      await recordings.converted(one, { durationMs: 10_000, renditions: [] });
    }
    for (let twice = 0; twice < 2; twice++) await recordings.unplace({ channel: "main", broadcast, number: 0 });
    assert.deepEqual(
      (await recordings.timeline("main", broadcast)).map(({ number }) => number),
      [1],
    );
  });

  it("lists newest first, by channel, broadcast and state, page by page", async () => {
    await convert(catalogue, [0, 1, 2]);
    await convert(catalogue, [0, 1], { channel: "second" });
    await catalogue.recordings.failed(`main.${broadcast}.000001`, because("broken"));
    const first = await catalogue.recordings.list({ limit: 3 });
    assert.deepEqual(
      first.items.map((recording) => [recording.channel, recording.number]),
      [
        ["main", 2],
        ["second", 1],
        ["main", 1],
      ],
    );
    const second = await catalogue.recordings.list({ limit: 3, cursor: first.nextCursor });
    assert.deepEqual(
      second.items.map((recording) => [recording.channel, recording.number]),
      [
        ["second", 0],
        ["main", 0],
      ],
    );
    assert.equal(second.nextCursor, undefined);
    const numbers = async (query: object): Promise<number[]> =>
      (await catalogue.recordings.list({ limit: 100, ...query })).items.map(({ number }) => number);
    assert.deepEqual(await numbers({ channel: "main", order: "asc" }), [0, 1, 2]);
    assert.deepEqual(await numbers({ state: "failed" }), [1]);
    assert.deepEqual(await numbers({ channel: "main", state: "analysing" }), [2, 0]);
    assert.deepEqual(await numbers({ channel: "main", broadcast }), [2, 1, 0]);
    assert.deepEqual(await numbers({ channel: "main", broadcast: "20261122T180001" }), []);
    await assert.rejects(catalogue.recordings.list({ limit: 3, state: "failed", cursor: first.nextCursor }), {
      code: "invalid-cursor",
    });
  });

  it("gets many at once and leaves out those that are not there", async () => {
    await convert(catalogue, [0, 1]);
    // More than DynamoDB takes in one call.
    const missing = Array.from(
      { length: 120 },
      (_, index) => `main.${broadcast}.${String(index + 9).padStart(6, "0")}`,
    );
    const found = await catalogue.recordings.getMany([
      `main.${broadcast}.000001`,
      "garbage",
      ...missing,
      `main.${broadcast}.000001`,
    ]);
    assert.deepEqual([...found.keys()], [`main.${broadcast}.000001`]);
    assert.deepEqual([...(await catalogue.recordings.getMany([]))], []);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import type { Catalogue } from "../../catalogue/index.ts";
import type { ChannelState } from "../../domain/model.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const at = (second: number): string => `2026-11-22T18:00:${String(second).padStart(2, "0")}.000Z`;

describe("catalogue channels", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => (catalogue = await database.catalogue()));

  it("is idle until something is noted", async () => {
    assert.deepEqual(await catalogue.channels.get("main"), {
      id: "main",
      state: "idle",
      live: false,
      hadInput: false,
      broadcast: undefined,
      startedAt: undefined,
      idleSince: undefined,
    });
    assert.deepEqual(await catalogue.channels.list(), []);
  });

  it("is live while it runs and a pipeline has input, once that is proved", async () => {
    const { channels } = catalogue;
    assert.equal((await channels.changeState("main", { state: "starting", pipelines: 0, at: at(0) })).live, false);
    assert.deepEqual(await channels.changeState("main", { state: "running", pipelines: 2, at: at(1) }), {
      id: "main",
      state: "running",
      live: false,
      hadInput: false,
      broadcast: undefined,
      startedAt: at(1),
      idleSince: at(1),
    });
    await channels.sawInput("main", at(0));
    assert.equal((await channels.get("main")).live, false, "it was of an earlier run");
    await channels.sawInput("main", at(2));
    await channels.sawInput("main", at(0));
    assert.partialDeepStrictEqual(await channels.get("main"), { live: true, hadInput: true, idleSince: undefined });
    assert.equal((await channels.changeInput("main", { pipeline: "0", lost: true, at: at(2) })).live, true);
    assert.equal((await channels.changeInput("main", { pipeline: "1", lost: true, at: at(2) })).live, false);
    assert.equal((await channels.changeInput("main", { pipeline: "0", lost: false, at: at(3) })).live, true);
    assert.equal((await channels.changeState("main", { state: "stopping", pipelines: 2, at: at(4) })).live, false);
  });

  it("forgets the alerts of a run that is over", async () => {
    const { channels } = catalogue;
    await channels.changeState("main", { state: "running", pipelines: 1, at: at(1) });
    await channels.changeInput("main", { pipeline: "0", lost: true, at: at(2) });
    await channels.changeState("main", { state: "idle", pipelines: 0, at: at(3) });
    await channels.changeState("main", { state: "running", pipelines: 1, at: at(9) });
    await channels.sawInput("main", at(9));
    assert.partialDeepStrictEqual(await channels.get("main"), { live: true, startedAt: at(9) });
  });

  it("knows the latest time without input, as far as its events tell", async () => {
    const { channels } = catalogue;
    const ms = (second: number): number => Date.parse(at(second));
    const change = (lost: boolean, second: number, alarm: string, pipeline: "0" | "1" = "0"): Promise<unknown> =>
      channels.changeInput("main", { pipeline, lost, alarm, at: at(second) });
    await channels.changeState("main", { state: "running", pipelines: 2, at: at(1) });
    assert.equal(await channels.noInput("main", "0"), undefined);
    await change(true, 2, "b", "1");
    assert.equal(await channels.noInput("main", "0"), undefined, "that was the second pipeline");
    await change(true, 3, "a");
    assert.deepEqual(await channels.noInput("main", "0"), { fromMs: ms(3) });
    await change(false, 9, "a");
    assert.deepEqual(await channels.noInput("main", "0"), { fromMs: ms(3), toMs: ms(9) });
    await change(false, 20, "c");
    assert.equal(await channels.noInput("main", "0"), undefined, "when alert c was set is not known");
    await change(true, 15, "c");
    assert.equal(await channels.noInput("main", "0"), undefined, "it came too late");
    await change(true, 30, "d");
    await channels.changeState("main", { state: "idle", pipelines: 0, at: at(40) });
    assert.deepEqual(await channels.noInput("main", "0"), { fromMs: ms(30) });
    await channels.changeState("main", { state: "starting", pipelines: 0, at: at(50) });
    assert.equal(await channels.noInput("main", "0"), undefined);
  });

  it("keeps what the newest event said, whichever arrives last", async () => {
    const { channels } = catalogue;
    await channels.changeState("main", { state: "idle", pipelines: 0, at: at(9) });
    assert.equal((await channels.changeState("main", { state: "stopping", pipelines: 1, at: at(8) })).state, "idle");
    await channels.changeState("main", { state: "running", pipelines: 1, at: at(20) });
    const again = await channels.changeState("main", { state: "running", pipelines: 2, at: at(25) });
    assert.equal(again.startedAt, at(20));
    await channels.changeInput("main", { pipeline: "0", lost: true, at: at(30) });
    assert.equal((await channels.changeInput("main", { pipeline: "1", lost: true, at: at(31) })).live, false);
    assert.equal((await channels.changeInput("main", { pipeline: "0", lost: false, at: at(29) })).live, false);
  });

  it("stores since when it has been running without input", async () => {
    const { channels } = catalogue;
    const idle = async (): Promise<string | undefined> => (await channels.get("main")).idleSince;
    await channels.changeInput("main", { pipeline: "0", lost: true, at: at(1) });
    assert.equal(await idle(), undefined);
    await channels.changeState("main", { state: "running", pipelines: 2, at: at(2) });
    assert.equal(await idle(), at(2), "it has had no input yet");
    await channels.sawInput("main", at(2));
    assert.equal(await idle(), undefined);
    await channels.changeState("main", { state: "running", pipelines: 1, at: at(3) });
    assert.equal(await idle(), at(2));
    await channels.changeInput("main", { pipeline: "0", lost: false, at: at(4) });
    assert.equal(await idle(), undefined);
    await channels.changeInput("main", { pipeline: "0", lost: true, at: at(5) });
    assert.equal(await idle(), at(5));
    await channels.changeState("main", { state: "stopping", pipelines: 1, at: at(6) });
    assert.equal(await idle(), undefined);
  });

  it("ends as the events happened, in whichever order and however often they arrive", async () => {
    const { channels } = catalogue;
    type Step = (channel: string) => Promise<unknown>;
    const state =
      (second: number, name: ChannelState): Step =>
      (channel) =>
        channels.changeState(channel, { state: name, pipelines: 1, at: at(second) });
    const input =
      (second: number, lost: boolean, alarm: string): Step =>
      (channel) =>
        channels.changeInput(channel, { pipeline: "0", lost, alarm, at: at(second) });
    // The alert comes before its run is running; an earlier run ended with another, and in a second with two events.
    const happened = [
      state(0, "running"),
      input(1, true, "a"),
      state(2, "stopping"),
      state(2, "idle"),
      state(10, "starting"),
      input(11, true, "b"),
      state(12, "running"),
      input(12, false, "b"),
      input(13, true, "c"),
      input(14, false, "c"),
      input(14, true, "d"),
    ];
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: happened.length }),
        fc.infiniteStream(fc.nat()),
        async (length, random) => {
          const events = happened.slice(0, length);
          const inOrder = `channel-${runs++}`;
          for (const event of events) await event(inOrder);
          const dice = (): number => Number(random.next().value);
          const arrivals = [...events, ...events.filter(() => dice() % 2 === 0)]
            .map((event) => ({ event, by: dice() }))
            .sort((a, b) => a.by - b.by);
          const asTheyCame = `channel-${runs++}`;
          for (const { event } of arrivals) await event(asTheyCame);
          const status = async (id: string): Promise<object> => {
            const { state: name, live, idleSince, startedAt } = await channels.get(id);
            return { name, live, idleSince, ...(name === "running" && { startedAt }) };
          };
          assert.deepEqual(await status(asTheyCame), await status(inOrder));
        },
      ),
      { numRuns: 20 },
    );
  }).timeout(30_000);

  it("keeps up to where its archive was compared, and never goes back", async () => {
    const { channels } = catalogue;
    assert.equal(await channels.comparedTo("main"), undefined);
    await channels.compared("main", "main/20261122T180000/recording.000012.ts");
    await channels.compared("main", "main/20261122T180000/recording.000011.ts");
    assert.equal(await channels.comparedTo("main"), "main/20261122T180000/recording.000012.ts");
    assert.partialDeepStrictEqual(await channels.list(), [{ id: "main", state: "idle" }]);
  });

  it("stores the newest broadcast", async () => {
    await catalogue.channels.sawBroadcast("main", "20261122T180000");
    await catalogue.channels.sawBroadcast("main", "20261121T180000");
    await catalogue.channels.sawBroadcast("second", "20261120T180000");
    assert.deepEqual(
      (await catalogue.channels.list()).map(({ id, broadcast }) => [id, broadcast]),
      [
        ["main", "20261122T180000"],
        ["second", "20261120T180000"],
      ],
    );
  });
});

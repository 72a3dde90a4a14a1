import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const at = (second: number): string => `2026-11-22T18:00:${String(second).padStart(2, "0")}.000Z`;

describe("catalogue channels", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => (catalogue = await database.catalogue()));

  it("is idle until something is noted", async () => {
    assert.deepEqual(await catalogue.channels.get("main"), { id: "main", state: "idle", live: false, broadcast: undefined, startedAt: undefined });
    assert.deepEqual(await catalogue.channels.list(), []);
  });

  it("is live while it runs and a pipeline has input", async () => {
    const { channels } = catalogue;
    assert.equal((await channels.changeState("main", { state: "starting", pipelines: 0, at: at(0) })).live, false);
    assert.deepEqual(await channels.changeState("main", { state: "running", pipelines: 2, at: at(1) }), {
      id: "main",
      state: "running",
      live: true,
      broadcast: undefined,
      startedAt: at(1),
    });
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
    assert.partialDeepStrictEqual(await channels.changeState("main", { state: "running", pipelines: 1, at: at(9) }), { live: true, startedAt: at(9) });
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

  it("knows the newest broadcast", async () => {
    await catalogue.channels.sawBroadcast("main", "20261122T180000");
    await catalogue.channels.sawBroadcast("main", "20261121T180000");
    await catalogue.channels.sawBroadcast("second", "20261120T180000");
    assert.deepEqual((await catalogue.channels.list()).map(({ id, broadcast }) => [id, broadcast]), [["main", "20261122T180000"], ["second", "20261120T180000"]]);
  });
});

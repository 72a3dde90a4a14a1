import assert from "node:assert/strict";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const older = "20261121T180000";

describe("broadcasts", () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
    const { people, recordings } = harness.catalogue;
    for (const name of ["Ada", "Bob"]) await people.create({ name });
    await addRecording(harness, 0, { ada: [seen(0, 1000, 3000)] });
    await addRecording(harness, 1, { ada: [seen(1, 5000, 7000)], bob: [seen(1, 1000, 3000)] });
    const id = `main.${older}.000000`;
    const archivedAt = "2026-11-21T18:00:10.000Z";
    await recordings.archived({ channel: "main", broadcast: older, number: 0, id, bucket: "b", key: id, archivedAt });
  });
  after(() => harness.stop());

  const newest = {
    id: `main.${broadcast}`,
    channel: "main",
    broadcast,
    start: "2026-11-22T18:00:00.000Z",
    end: "2026-11-22T18:00:20.000Z",
    recordedMs: 20_000,
    recordings: 2,
    poster: `/vod/main/${broadcast}/000001/posters/poster.0000003.jpg`,
  };
  const unknown = { start: null, end: null, recordedMs: 0, recordings: 0, poster: null };
  const oldest = { id: `main.${older}`, channel: "main", broadcast: older, ...unknown };

  it("are listed for everyone, newest first, page by page", async () => {
    const list = (query: string) => harness.app.inject(`/api/broadcasts${query}`);
    assert.deepEqual((await list("?channel=main")).json(), { items: [newest, oldest], nextCursor: null });
    assert.deepEqual((await list("?channel=other")).json(), { items: [], nextCursor: null });
    const first = (await list("?channel=main&limit=1")).json<{ items: object[]; nextCursor: string }>();
    assert.deepEqual(first.items, [newest]);
    assert.deepEqual((await list(`?channel=main&limit=1&cursor=${first.nextCursor}`)).json(), {
      items: [oldest],
      nextCursor: null,
    });
    assertProblem(await list(`?limit=1&cursor=${first.nextCursor}`), "cursor-mismatch", "/api/broadcasts");
    assertProblem(await list("?channel=Main"), "invalid-request", "/api/broadcasts");
    assertProblem(await list("?limit=101"), "invalid-request", "/api/broadcasts");
  });

  it("can be asked for by their ids", async () => {
    assert.deepEqual((await harness.app.inject(`/api/broadcasts/main.${broadcast}`)).json(), newest);
    for (const id of ["main", broadcast, "main.20261123T180000", "main.20269999T999999"]) {
      const url = `/api/broadcasts/${id}`;
      assertProblem(await harness.app.inject(url), "broadcast-not-found", url);
    }
  });

  it("count the clips of everyone", async () => {
    const counts = async (url: string) =>
      (await harness.app.inject(url)).json<{ items: { id: string; clips: number }[] }>().items;
    const all = await counts("/api/people");
    assert.deepEqual(await counts(`/api/broadcasts/main.${broadcast}/people`), all);
    assert.deepEqual(
      all.map(({ id, clips }) => [id, clips]),
      [
        ["ada", 2],
        ["bob", 1],
      ],
    );
    assert.deepEqual(
      await counts(`/api/broadcasts/main.${older}/people`),
      all.map((one) => ({ ...one, clips: 0 })),
    );
    const url = "/api/broadcasts/main.20261123T180000/people";
    assertProblem(await harness.app.inject(url), "broadcast-not-found", url);
  });

  it("count the clips of those who were merged into someone as theirs", async () => {
    const { people } = harness.catalogue;
    await people.merge("bob", "ada");
    const { items } = (await harness.app.inject(`/api/broadcasts/main.${broadcast}/people`)).json<{
      items: { id: string; clips: number }[];
    }>();
    assert.deepEqual(
      items.map(({ id, clips }) => [id, clips]),
      [["ada", 3]],
    );
  });
});

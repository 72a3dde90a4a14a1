import assert from "node:assert/strict";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { broadcastStartMs, recordingId } from "../../domain/ids.ts";
import { person } from "../domain/subjects.ts";
import { appearance, broadcast as clipped, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const channels = ["main", "second"];
const renditions = [{ name: "720p", width: 1280, height: 720, bitrate: 2_500_000 }];
const day = (number: number): string => `202611${String(number).padStart(2, "0")}T180000`;
const at = (broadcast: string, ms: number): string => new Date(broadcastStartMs(broadcast) + ms).toISOString();

type What = "archived" | "converted" | "idle" | "failed";

/** Recordings of ten seconds in a broadcast, one after the other from its start. */
async function record(catalogue: Catalogue, channel: string, broadcast: string, states: readonly What[]) {
  await catalogue.channels.sawBroadcast(channel, broadcast);
  for (const [number, state] of states.entries()) {
    const name = { channel, broadcast, number };
    const id = recordingId(name);
    const archivedAt = at(broadcast, (number + 1) * 10_000);
    await catalogue.recordings.archived({ ...name, id, bucket: "archive", key: id, archivedAt });
    if (state === "converted") await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    const startMs = broadcastStartMs(broadcast) + number * 10_000;
    if (state === "idle") await catalogue.recordings.idle(id, { startMs, durationMs: 10_000 });
    if (state === "failed") await catalogue.recordings.failed(id, { kind: "no-video", reason: "No video" });
  }
}

/** All ids, page by page. */
async function pages(catalogue: Catalogue, query: { channel?: string; limit: number }): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor: string | undefined; ;) {
    const page = await catalogue.broadcasts.list({ ...query, cursor });
    found.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    if (cursor === undefined) return found;
  }
}

/** Counts the calls of a client, by name, while `during` runs. */
async function reads(client: DynamoDBDocumentClient, during: () => Promise<unknown>): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  client.middlewareStack.add(
    (next, context) => async (input) => {
      const name = String(context.commandName);
      counted[name] = (counted[name] ?? 0) + 1;
      return await next(input);
    },
    { step: "initialize", name: "count" },
  );
  await during();
  client.middlewareStack.remove("count");
  return counted;
}

describe("catalogue broadcasts", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => (catalogue = await database.catalogue()));

  it("tell when something was recorded, and how much", async () => {
    await record(catalogue, "main", day(1), ["idle", "converted", "idle", "converted", "failed", "archived"]);
    assert.deepEqual(await catalogue.broadcasts.get(`main.${day(1)}`), {
      id: `main.${day(1)}`,
      channel: "main",
      broadcast: day(1),
      start: at(day(1), 10_000),
      end: at(day(1), 40_000),
      recordedMs: 20_000,
      recordings: 2,
      poster: `/vod/main/${day(1)}/000003/posters/poster.0000003.jpg`,
    });
  });

  it("count what two pipelines recorded at the same time once", async () => {
    await record(catalogue, "main", day(1), ["converted", "converted"]);
    const name = { channel: "main", broadcast: day(1), number: 500_000 };
    const id = recordingId(name);
    await catalogue.recordings.archived({ ...name, id, bucket: "b", key: id, archivedAt: at(day(1), 26_000) });
    await catalogue.recordings.converted(id, { durationMs: 10_000, renditions });
    const found = await catalogue.broadcasts.get(`main.${day(1)}`);
    assert.deepEqual([found?.end, found?.recordedMs, found?.recordings], [at(day(1), 26_000), 26_000, 3]);
  });

  it("don't tell times before something is converted", async () => {
    await record(catalogue, "main", day(1), ["archived"]);
    const unknown = { start: undefined, end: undefined, recordedMs: 0, recordings: 0, poster: undefined };
    const found = { id: `main.${day(1)}`, channel: "main", broadcast: day(1), ...unknown };
    assert.deepEqual(await catalogue.broadcasts.list({ limit: 10 }), { items: [found], nextCursor: undefined });
  });

  it("are not listed if nobody streamed, but are there", async () => {
    await record(catalogue, "main", day(1), ["idle", "idle"]);
    await record(catalogue, "main", day(2), ["converted", "idle"]);
    assert.deepEqual(await pages(catalogue, { limit: 10 }), [[`main.${day(2)}`]]);
    assert.equal((await catalogue.broadcasts.get(`main.${day(1)}`))?.recordings, 0);
  });

  it("are no others than those that exist", async () => {
    await record(catalogue, "main", day(1), ["converted"]);
    for (const id of [`main.${day(2)}`, `second.${day(1)}`, day(1), "main", "main.20269999T999999", `main.${day(1)}.0`])
      assert.equal(await catalogue.broadcasts.get(id), undefined, id);
  });

  it("take cursors of the same channel only", async () => {
    for (const number of [1, 2]) await record(catalogue, "main", day(number), ["converted"]);
    const { nextCursor: cursor } = await catalogue.broadcasts.list({ channel: "main", limit: 1 });
    assert.ok(cursor !== undefined);
    for (const query of [{ channel: "second" }, {}])
      await assert.rejects(catalogue.broadcasts.list({ ...query, limit: 1, cursor }), { code: "invalid-cursor" });
    await assert.rejects(catalogue.broadcasts.list({ limit: 1, cursor: "x" }), { code: "invalid-cursor" });
  });

  it("end a page after fifty in which nobody streamed", async function () {
    this.timeout(20_000);
    await record(catalogue, "main", day(1), ["converted"]);
    const idle = Array.from({ length: 60 }, (_, minute) => `20261102T18${String(minute).padStart(2, "0")}00`);
    for (const broadcast of idle) await record(catalogue, "main", broadcast, ["idle"]);
    assert.deepEqual(await pages(catalogue, { limit: 2 }), [[], [`main.${day(1)}`]]);
  });

  it("cost two queries each, however many recordings they have", async function () {
    this.timeout(20_000);
    const { client, table } = await database.table();
    const counted = createCatalogue({ client, table });
    const costs: Record<string, number>[] = [];
    for (const size of [1, 12]) {
      for (const number of [1, 2, 3])
        await record(
          counted,
          "main",
          day(number),
          Array.from({ length: size }, () => "converted"),
        );
      costs.push(await reads(client, () => counted.broadcasts.list({ channel: "main", limit: 2 })));
    }
    // One more tells that there is a next page.
    assert.deepEqual(costs, [{ QueryCommand: 5 }, { QueryCommand: 5 }]);
  });

  it("are listed once each, newest first, whatever was recorded and however long pages are", async function () {
    this.timeout(60_000);
    const states = fc.array(fc.constantFrom<What>("archived", "converted", "idle", "failed"), {
      minLength: 1,
      maxLength: 4,
    });
    const recorded = fc.uniqueArray(
      fc.record({ channel: fc.constantFrom(...channels), number: fc.integer({ min: 1, max: 6 }), states }),
      { selector: ({ channel, number }) => `${channel} ${number}`, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(recorded, fc.integer({ min: 1, max: 4 }), async (all, limit) => {
        const own = await database.catalogue();
        for (const channel of channels) await own.channels.sawBroadcast(channel, day(1));
        for (const { channel, number, states } of all) await record(own, channel, day(number), states);
        const visible = all.filter(({ states }) => states.includes("converted") || states.at(-1) !== "idle");
        for (const channel of [undefined, ...channels]) {
          const expected = visible
            .filter((one) => channel === undefined || one.channel === channel)
            .map((one) => ({ id: `${one.channel}.${day(one.number)}`, key: `${day(one.number)}#${one.channel}` }))
            .sort((a, b) => (a.key > b.key ? -1 : 1))
            .map(({ id }) => id);
          const found = await pages(own, { limit, ...(channel !== undefined && { channel }) });
          assert.deepEqual(found.flat(), expected);
          assert.ok(found.every((page) => page.length <= limit));
        }
      }),
      { numRuns: 12 },
    );
  });

  it("have their own numbers of clips, of which rejected ones are none", async () => {
    const { people, moments, clips } = catalogue;
    for (const name of ["Ada", "Bob"]) await people.create({ name });
    const where = (broadcast: string) => ({ channel: "main", broadcast });
    for (const broadcast of [clipped, day(23)]) {
      await record(catalogue, "main", broadcast, ["converted", "converted"]);
      const seen = appearance(0, 1000, 3000);
      const appearances = [{ ...seen, recording: recordingId({ ...where(broadcast), number: 0 }) }];
      await moments.index({ ...where(broadcast), number: 0 }, [{ subject: person("ada"), appearances }], rules);
    }
    const counts = async (broadcast: string) => [
      ...(await people.countClipsIn(where(broadcast), ["ada", "bob", "nobody"])),
    ];
    const none = [
      ["bob", 0],
      ["nobody", 0],
    ];
    assert.deepEqual(await counts(clipped), [["ada", 1], ...none]);
    await clips.change(`main.${clipped}.ada.000000-1000`, { review: "rejected" });
    assert.deepEqual(await counts(clipped), [["ada", 0], ...none]);
    assert.deepEqual(await counts(day(23)), [["ada", 1], ...none]);
    assert.deepEqual(await counts(day(24)), [["ada", 0], ...none]);
  });
});

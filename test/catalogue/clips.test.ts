import assert from "node:assert/strict";
import type { Catalogue, ClipQuery } from "../../catalogue/index.ts";
import { appearance, broadcast, clock, convert, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";
import { person } from "../domain/subjects.ts";

describe("catalogue clips", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => {
    database = await startDatabase();
    catalogue = await database.catalogue();
    for (const name of ["Ada", "Grace", "Mary"]) await catalogue.people.create({ name });
    for (const channel of ["main", "second"]) {
      for (const recording of await convert(catalogue, [0, 1, 2, 3], { channel })) {
        const late = channel === "second" ? 1000 : 0;
        const at = (fromMs: number, similarity: number): ReturnType<typeof appearance>[] => [
          appearance(recording.number, fromMs + late, fromMs + late + 500, similarity, channel),
        ];
        await catalogue.moments.index(
          recording,
          [
            { subject: person("ada"), appearances: at(2000, 90 + recording.number) },
            { subject: person("grace"), appearances: at(6000, 70) },
          ],
          rules,
        );
      }
    }
    await catalogue.clips.change(`main.${broadcast}.grace.000001-6000`, { review: "rejected" });
  });
  after(() => database.stop());

  const starts = async (query: Partial<ClipQuery>): Promise<string[]> => {
    const { items } = await catalogue.clips.list({ limit: 100, withRejected: true, ...query });
    return items.map((clip) => `${clip.channel} ${clip.subject.id} ${clip.appearances[0]!.recording.slice(-1)}`);
  };

  it("lists newest first over all channels", async () => {
    assert.deepEqual((await starts({})).slice(0, 4), ["second grace 3", "main grace 3", "second ada 3", "main ada 3"]);
    assert.equal((await starts({})).length, 16);
  });

  it("filters by one person and by several", async () => {
    assert.deepEqual(await starts({ person: ["grace"], channel: "main" }), [
      "main grace 3",
      "main grace 2",
      "main grace 1",
      "main grace 0",
    ]);
    assert.equal((await starts({ person: ["grace", "ada", "grace"] })).length, 16);
    assert.deepEqual(await starts({ person: ["mary"] }), []);
    assert.deepEqual(await starts({ person: ["nobody"] }), []);
    assert.deepEqual(await starts({ person: [] }), []);
  });

  it("filters by channel, broadcast, time, similarity and review, in either order", async () => {
    assert.deepEqual(await starts({ channel: "main", person: ["ada"], order: "asc", minSimilarity: 92 }), [
      "main ada 2",
      "main ada 3",
    ]);
    assert.deepEqual(await starts({ review: "rejected" }), ["main grace 1"]);
    assert.equal((await starts({ broadcast })).length, 16);
    assert.deepEqual(await starts({ broadcast: "20261123T180000" }), []);
    assert.deepEqual(await starts({ channel: "nowhere" }), []);
    // From is inclusive, to exclusive: the first clip of the second recording starts at 11.5 s, the next one at 15.5 s.
    assert.deepEqual(await starts({ channel: "main", from: clock(11_500), to: clock(15_500) }), ["main ada 1"]);
    assert.deepEqual(await starts({ channel: "main", from: clock(11_501), to: clock(15_501) }), ["main grace 1"]);
    assert.deepEqual(await starts({ from: clock(20_000), to: clock(10_000) }), []);
  });

  it("pages through everything once, also when few match", async () => {
    const queries: Partial<ClipQuery>[] = [
      {},
      { order: "asc" },
      { person: ["ada", "grace"], order: "asc" },
      { minSimilarity: 91 },
      { broadcast, review: "unreviewed" },
    ];
    for (const query of queries) {
      const whole = (await catalogue.clips.list({ ...query, withRejected: true, limit: 100 })).items.map(
        ({ id }) => id,
      );
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await catalogue.clips.list({ ...query, withRejected: true, limit: 3, cursor });
        assert.ok(page.items.length <= 3);
        paged.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      assert.deepEqual(paged, whole);
      assert.equal(new Set(paged).size, paged.length);
    }
  });

  it("rejects a cursor of another filter and a malformed one", async () => {
    const { nextCursor } = await catalogue.clips.list({ limit: 1, person: ["ada", "grace"] });
    assert.equal(
      (await catalogue.clips.list({ limit: 1, person: ["grace", "ada"], cursor: nextCursor })).items.length,
      1,
    );
    const invalid = {
      code: "invalid-cursor",
      message: "The cursor does not belong to this list; start again without a cursor",
    };
    await assert.rejects(catalogue.clips.list({ limit: 1, person: ["ada"], cursor: nextCursor }), invalid);
    await assert.rejects(catalogue.clips.list({ limit: 1, cursor: nextCursor }), invalid);
    for (const cursor of ["", "x", "bnVsbA", Buffer.from('["a","b"]').toString("base64url")]) {
      await assert.rejects(catalogue.clips.list({ limit: 1, cursor }), invalid, cursor);
    }
  });

  it("shows a person's new name at once", async () => {
    await catalogue.people.rename("ada", "Ada L.");
    assert.deepEqual((await catalogue.clips.get(`main.${broadcast}.ada.000001-2000`))?.subject, {
      kind: "person",
      id: "ada",
      name: "Ada L.",
    });
    assert.deepEqual((await catalogue.clips.list({ limit: 1, person: ["ada"] })).items[0]?.subject, {
      kind: "person",
      id: "ada",
      name: "Ada L.",
    });
  });

  it("finds no clip with a malformed or unknown id", async () => {
    for (const id of [
      "",
      "garbage",
      `main.${broadcast}.ada.000001-9999`,
      `main.${broadcast}.nobody.000001-2000`,
      `main.${broadcast}.ada.000001-2000/..`,
    ]) {
      assert.equal(await catalogue.clips.get(id), undefined, id);
      assert.equal(await catalogue.clips.delete(id), undefined, id);
    }
  });
});

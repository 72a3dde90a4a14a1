import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import type { Clip, Recording } from "../../domain/model.ts";
import { appearance, broadcast, clock, convert, rules } from "./broadcast.ts";
import { startDatabase, type TestDatabase } from "./table.ts";
import { person } from "../domain/subjects.ts";

describe("catalogue moments", () => {
  let database: TestDatabase;
  let catalogue: Catalogue;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    catalogue = await database.catalogue();
    for (const name of ["Ada", "Grace"]) await catalogue.people.create({ name });
  });

  const seen: Record<number, [number, number][]> = {
    0: [
      [2000, 3000],
      [9000, 10_000],
    ],
    1: [[0, 10_000]],
    2: [
      [0, 1000],
      [8000, 9000],
    ],
  };
  const indexAda = (to: Catalogue, recording: Recording): Promise<void> =>
    to.moments.index(
      recording,
      [
        {
          subject: person("ada"),
          appearances: (seen[recording.number] ?? []).map(([from, until]) => appearance(recording.number, from, until)),
        },
      ],
      rules,
    );
  const clipsOf = async (from: Catalogue): Promise<Clip[]> =>
    (await from.clips.list({ limit: 100, order: "asc" })).items;
  const spans = (clips: Clip[]): [string, string][] => clips.map(({ start, end }) => [start, end]);

  const expected: [string, string][] = [
    [clock(1500), clock(3500)],
    [clock(8500), clock(21_500)],
    [clock(27_500), clock(29_500)],
  ];

  it("creates one clip from appearances on both sides of a recording's border", async () => {
    for (const recording of await convert(catalogue, [0, 1, 2])) await indexAda(catalogue, recording);
    const clips = await clipsOf(catalogue);
    assert.deepEqual(spans(clips), expected);
    assert.deepEqual(clips[1], {
      id: `main.${broadcast}.ada.000000-9000`,
      subject: person("ada"),
      channel: "main",
      broadcast,
      start: clock(8500),
      end: clock(21_500),
      durationMs: 13_000,
      similarity: 90,
      review: "unreviewed",
      poster: `/vod/main/${broadcast}/000000/posters/poster.0000004.jpg`,
      pieces: [
        { recording: `main.${broadcast}.000000`, startMs: 8500, endMs: 10_000 },
        { recording: `main.${broadcast}.000001`, startMs: 0, endMs: 10_000 },
        { recording: `main.${broadcast}.000002`, startMs: 0, endMs: 1500 },
      ],
      appearances: [appearance(0, 9000, 10_000), appearance(1, 0, 10_000), appearance(2, 0, 1000)],
    });
  });

  it("forgets a recording: its clips go, and those that reached into it become shorter", async () => {
    const [first, second, third] = (await convert(catalogue, [0, 1, 2])) as [Recording, Recording, Recording];
    for (const recording of [first, second, third]) await indexAda(catalogue, recording);
    const forget = async ({ id }: Recording): Promise<void> => {
      const seen = await catalogue.recordings.get(id);
      // Twice, as after a call that was cut off.
      for (let twice = 0; twice < 2; twice++) await catalogue.moments.forget(seen!);
      assert.equal(await catalogue.recordings.delete(seen!), true);
    };
    await forget(second);
    assert.deepEqual(spans(await clipsOf(catalogue)), [
      [clock(1500), clock(3500)],
      [clock(8500), clock(10_000)],
      [clock(20_000), clock(21_500)],
      [clock(27_500), clock(29_500)],
    ]);
    assert.equal((await catalogue.people.countClips(["ada"])).get("ada"), 4);
    await forget(first);
    assert.deepEqual(spans(await clipsOf(catalogue)), [
      [clock(20_000), clock(21_500)],
      [clock(27_500), clock(29_500)],
    ]);
    assert.equal((await catalogue.people.countClips(["ada"])).get("ada"), 2);
    await forget(third);
    assert.deepEqual(await clipsOf(catalogue), []);
    assert.equal((await catalogue.people.countClips(["ada"])).get("ada"), 0);
    assert.deepEqual(await catalogue.recordings.timeline("main", broadcast), []);
  });

  it("ends with the same clips in whichever order the recordings are indexed, also twice", async () => {
    const reference = await clipsOf(await indexedIn([0, 1, 2]));
    for (const order of [
      [2, 1, 0],
      [1, 0, 2],
      [0, 2, 1],
      [0, 2, 1, 0, 2, 1],
    ]) {
      assert.deepEqual(await clipsOf(await indexedIn(order)), reference, `order ${order.join()}`);
    }
  });

  async function indexedIn(order: number[]): Promise<Catalogue> {
    const fresh = await database.catalogue();
    await fresh.people.create({ name: "Ada" });
    const recordings = await convert(fresh, [0, 1, 2]);
    for (const number of order) await indexAda(fresh, recordings[number]!);
    return fresh;
  }

  it("ends with the same clips, and no other, when recordings are indexed at once", async () => {
    const numbers = Array.from({ length: 8 }, (_, number) => number);
    const recordings = await convert(catalogue, numbers);
    // Each recording from its first to its last moment: one clip through all of them, written by eight at a time,
    // twice.
    await Promise.all(
      [...recordings, ...recordings].map((recording) =>
        catalogue.moments.index(
          recording,
          [{ subject: person("ada"), appearances: [appearance(recording.number, 0, 10_000)] }],
          rules,
        ),
      ),
    );
    const clips = await clipsOf(catalogue);
    assert.deepEqual(spans(clips), [[clock(0), clock(80_000)]]);
    assert.deepEqual(clips[0]?.pieces.length, 8);
    assert.deepEqual([...(await catalogue.people.countClips(["ada"]))], [["ada", 1]]);
  });

  it("keeps the clips of two people apart", async () => {
    const [recording] = await convert(catalogue, [0]);
    await catalogue.moments.index(
      recording!,
      [
        { subject: person("ada"), appearances: [appearance(0, 1000, 4000)] },
        { subject: person("grace"), appearances: [appearance(0, 3000, 6000, 70)] },
        { subject: person("nobody"), appearances: [appearance(0, 0, 6000)] },
      ],
      rules,
    );
    const clips = await clipsOf(catalogue);
    assert.deepEqual(
      clips.map(({ subject, start, end, similarity }) => [subject.name, start, end, similarity]),
      [
        ["Ada", clock(500), clock(4500), 90],
        ["Grace", clock(2500), clock(6500), 70],
      ],
    );
    assert.deepEqual((await catalogue.recordings.get(recording!.id))?.subjects, ["ada", "grace", "nobody"]);
  });

  it("lets the padding reach into a neighbour that becomes known later", async () => {
    const [recording] = await convert(catalogue, [1]);
    await indexAda(catalogue, recording!);
    assert.deepEqual(spans(await clipsOf(catalogue)), [[clock(10_000), clock(20_000)]]);
    for (const number of [0, 2]) {
      const [neighbour] = await convert(catalogue, [number]);
      await catalogue.moments.index(neighbour!, [], rules);
    }
    assert.deepEqual(spans(await clipsOf(catalogue)), [[clock(9500), clock(20_500)]]);
  });

  it("replaces what was seen when a recording is indexed again", async () => {
    const [recording] = await convert(catalogue, [0]);
    await catalogue.moments.index(
      recording!,
      [{ subject: person("ada"), appearances: [appearance(0, 1000, 4000)] }],
      rules,
    );
    await catalogue.moments.index(
      recording!,
      [{ subject: person("grace"), appearances: [appearance(0, 1000, 4000)] }],
      rules,
    );
    assert.deepEqual(
      (await clipsOf(catalogue)).map(({ subject }) => subject.id),
      ["grace"],
    );
    assert.deepEqual(
      [...(await catalogue.people.countClips(["ada", "grace"]))],
      [
        ["ada", 0],
        ["grace", 1],
      ],
    );
  });

  it("keeps a review when the recording is indexed again, and when the clip grows across a border", async () => {
    const [first, second] = await convert(catalogue, [0, 1]);
    const right = [{ subject: person("ada"), appearances: [appearance(1, 0, 6000)] }];
    await catalogue.moments.index(second!, right, rules);
    const alone = `main.${broadcast}.ada.000001-0`;
    assert.equal((await catalogue.clips.change(alone, { review: "confirmed" })).clip.review, "confirmed");
    await catalogue.moments.index(second!, right, rules);
    assert.equal((await catalogue.clips.get(alone))?.review, "confirmed");

    await catalogue.moments.index(
      first!,
      [{ subject: person("ada"), appearances: [appearance(0, 8000, 10_000)] }],
      rules,
    );
    const clips = await clipsOf(catalogue);
    assert.deepEqual(
      clips.map(({ id, review }) => [id, review]),
      [[`main.${broadcast}.ada.000000-8000`, "confirmed"]],
    );
    // The old link leads to the clip that the moment became part of.
    assert.deepEqual(await catalogue.clips.get(alone), clips[0]);
  });

  it("does not carry a decision over to a moment that is mostly another", async () => {
    const [first, second] = await convert(catalogue, [0, 1]);
    await catalogue.moments.index(second!, [{ subject: person("ada"), appearances: [appearance(1, 0, 1000)] }], rules);
    await catalogue.clips.change(`main.${broadcast}.ada.000001-0`, { review: "rejected" });
    await catalogue.moments.index(
      first!,
      [{ subject: person("ada"), appearances: [appearance(0, 1000, 10_000)] }],
      rules,
    );
    assert.deepEqual(
      (await clipsOf(catalogue)).map(({ review }) => review),
      ["unreviewed"],
    );
  });

  it("keeps a deleted clip away when the recordings are indexed again", async () => {
    const recordings = await convert(catalogue, [0, 1, 2]);
    for (const recording of recordings) await indexAda(catalogue, recording);
    const id = `main.${broadcast}.ada.000000-9000`;
    assert.match((await catalogue.clips.delete(id)) ?? "", /^[0-9a-f-]{36}$/);
    assert.equal(await catalogue.clips.delete(id), undefined);
    assert.deepEqual([...(await catalogue.people.countClips(["ada"]))], [["ada", 2]]);
    for (const recording of recordings) await indexAda(catalogue, recording);
    assert.deepEqual(spans(await clipsOf(catalogue)), [expected[0], expected[2]]);
    assert.equal(await catalogue.clips.get(id), undefined);
    assert.deepEqual([...(await catalogue.people.countClips(["ada"]))], [["ada", 2]]);
    await assert.rejects(catalogue.clips.change(id, { review: "confirmed" }), {
      code: "not-found",
      message: `Clip "${id}" does not exist`,
    });
  });

  it("loses no decision that is made while clips are computed", async () => {
    const recordings = await convert(catalogue, [0, 1, 2]);
    for (const recording of recordings) await indexAda(catalogue, recording);
    await Promise.all([
      ...recordings.map((recording) => indexAda(catalogue, recording)),
      catalogue.clips.change(`main.${broadcast}.ada.000000-2000`, { review: "confirmed" }),
      catalogue.clips.delete(`main.${broadcast}.ada.000002-8000`),
      ...recordings.map((recording) => indexAda(catalogue, recording)),
    ]);
    assert.deepEqual(
      (await clipsOf(catalogue)).map(({ id, review }) => [id, review]),
      [
        [`main.${broadcast}.ada.000000-2000`, "confirmed"],
        [`main.${broadcast}.ada.000000-9000`, "unreviewed"],
      ],
    );
    assert.deepEqual([...(await catalogue.people.countClips(["ada"]))], [["ada", 2]]);
  });

  it("leaves nothing of a person who was removed from the list meanwhile", async () => {
    const [recording] = await convert(catalogue, [0]);
    await Promise.all([indexAda(catalogue, recording!), catalogue.people.delete("ada")]);
    await catalogue.people.create({ name: "Ada" });
    assert.deepEqual(await clipsOf(catalogue), []);
  });
});

import assert from "node:assert/strict";
import type { Static } from "typebox";
import type { ClipListSchema } from "../../../api/schemas/clip.ts";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

type ClipList = Static<typeof ClipListSchema>;

/** Ada at 1–3 s and 7–8.5 s of the first recording, Bob at 4–5 s of it, Ada again at 2–4 s of the third. */
const first = `main.${broadcast}.ada.000000-1000`;
const second = `main.${broadcast}.ada.000000-7000`;
const bobs = `main.${broadcast}.bob.000000-4000`;
const third = `main.${broadcast}.ada.000002-2000`;

describe("clips", () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
    await harness.catalogue.people.create({ name: "Ada" });
    await harness.catalogue.people.create({ name: "Bob" });
    await addRecording(harness, 0, {
      ada: [seen(0, 1000, 3000, 91), seen(0, 7000, 8500, 97)],
      bob: [seen(0, 4000, 5000, 82)],
    });
    await addRecording(harness, 1, {});
    await addRecording(harness, 2, { ada: [seen(2, 2000, 4000, 88)] });
  });
  after(() => harness.stop());

  const list = async (query: string): Promise<ClipList> => {
    const response = await harness.app.inject(`/api/clips${query}`);
    assert.equal(response.statusCode, 200, response.body);
    return response.json<ClipList>();
  };
  const ids = async (query: string): Promise<string[]> => (await list(query)).items.map(({ id }) => id);

  it("are whole moments with all that a page needs", async () => {
    const response = await harness.app.inject(`/api/clips/${first}`);
    assert.equal(response.statusCode, 200, response.body);
    assert.deepEqual(response.json(), {
      id: first,
      subject: { kind: "person", id: "ada", name: "Ada" },
      channel: "main",
      broadcast,
      start: "2026-11-22T18:00:00.500Z",
      end: "2026-11-22T18:00:03.500Z",
      durationMs: 3000,
      similarity: 91,
      review: "unreviewed",
      poster: `/vod/main/${broadcast}/000000/posters/poster.0000001.jpg`,
      playlist: `/api/clips/${first}/playlist.m3u8`,
      mp4: `/vod/main/${broadcast}/000000/recording.mp4#t=0.500,3.500`,
      appearances: [
        {
          recording: `main.${broadcast}.000000`,
          startMs: 1000,
          endMs: 3000,
          similarity: 91,
          box: { left: 0.25, top: 0.125, width: 0.25, height: 0.5 },
        },
      ],
    });
  });

  it("are listed newest first, or oldest first", async () => {
    assert.deepEqual(await ids(""), [third, second, bobs, first]);
    assert.deepEqual(await ids("?order=asc"), [first, bobs, second, third]);
  });

  it("are found by each filter, and by all together", async () => {
    assert.deepEqual(await ids("?person=bob"), [bobs]);
    assert.deepEqual(await ids("?person=ada&person=bob"), [third, second, bobs, first]);
    assert.deepEqual(await ids("?person=ada,bob"), [third, second, bobs, first]);
    assert.deepEqual(await ids("?person=nobody"), []);
    assert.deepEqual(await ids("?channel=main"), [third, second, bobs, first]);
    assert.deepEqual(await ids("?channel=other"), []);
    assert.deepEqual(await ids(`?broadcast=${broadcast}&minSimilarity=91`), [second, first]);
    assert.deepEqual(await ids("?broadcast=20261121T180000"), []);
    assert.deepEqual(await ids("?from=2026-11-22T18:00:03.500Z&to=2026-11-22T18:00:06.500Z"), [bobs]);
    assert.deepEqual(await ids("?from=2026-11-22T19:00:03.500%2B01:00&person=ada"), [third, second]);
    assert.deepEqual(await ids("?review=rejected"), []);
  });

  it("are paged by a cursor that belongs to its filter", async () => {
    const page = await list("?person=ada&person=bob&limit=3");
    assert.deepEqual(
      page.items.map(({ id }) => id),
      [third, second, bobs],
    );
    assert.ok(page.nextCursor !== null);
    const cursor = encodeURIComponent(page.nextCursor);
    assert.deepEqual(
      await list(`?person=bob,ada&limit=2&cursor=${cursor}`).then(({ items, nextCursor }) => [
        items.map(({ id }) => id),
        nextCursor,
      ]),
      [[first], null],
    );

    for (const query of [
      `?person=ada&limit=3&cursor=${cursor}`,
      `?person=ada&person=bob&order=asc&cursor=${cursor}`,
      "?cursor=%7B%7D",
      "?cursor=bm8",
    ]) {
      assertProblem(await harness.app.inject(`/api/clips${query}`), "cursor-mismatch", "/api/clips");
    }
  });

  it("are filtered by what they are about", async () => {
    assert.deepEqual(await ids("?kind=person"), await ids(""));
    assert.deepEqual(await ids("?kind=event"), []);
    const { errors } = assertProblem(await harness.app.inject("/api/clips?kind=team"), "invalid-request", "/api/clips");
    assert.deepEqual(errors, [{ in: "query", name: "kind", message: "must be one of person, event" }]);
  });

  it("name everything that is wrong with a filter", async () => {
    const { errors } = assertProblem(
      await harness.app.inject(
        "/api/clips?person=Ada&from=yesterday&minSimilarity=101&review=maybe&limit=1.5&player=1&order=asc&order=desc",
      ),
      "invalid-request",
      "/api/clips",
    );
    assert.deepEqual(errors, [
      { in: "query", name: "player", message: "is not known here" },
      { in: "query", name: "person", message: 'must match pattern "^[a-z0-9][a-z0-9-]{0,63}$"' },
      { in: "query", name: "from", message: 'must match format "date-time"' },
      { in: "query", name: "minSimilarity", message: "must be <= 100" },
      { in: "query", name: "review", message: "must be one of unreviewed, confirmed, rejected" },
      { in: "query", name: "order", message: "must be string" },
      { in: "query", name: "order", message: "must be one of asc, desc" },
      { in: "query", name: "limit", message: "must be integer" },
    ]);
    for (const wrong of ["limit=", "limit=0", "limit=101", "minSimilarity=", "person=", "person=a,,b", "cursor="]) {
      assertProblem(await harness.app.inject(`/api/clips?${wrong}`), "invalid-request", "/api/clips");
    }
  });

  it("are reviewed by the admin", async () => {
    const change = (payload: object) =>
      harness.app.inject({ method: "PATCH", url: `/api/clips/${second}`, headers: asAdmin, payload });
    const response = await change({ review: "confirmed" });
    assert.equal(response.statusCode, 200);
    assert.equal(response.json<{ review: string }>().review, "confirmed");
    assert.deepEqual(await ids("?review=confirmed"), [second]);
    assertProblem(await change({ review: "maybe" }), "invalid-request", `/api/clips/${second}`);
    assertProblem(await change({ review: "confirmed", person: "bob" }), "invalid-request", `/api/clips/${second}`);
  });

  it("are deleted for good", async () => {
    const remove = () => harness.app.inject({ method: "DELETE", url: `/api/clips/${bobs}`, headers: asAdmin });
    assert.equal((await remove()).statusCode, 204);
    assertProblem(await remove(), "clip-not-found", `/api/clips/${bobs}`);
    assert.deepEqual(await ids("?person=bob"), []);
    assert.equal((await harness.app.inject("/api/people/bob")).json<{ clips: number }>().clips, 0);
    assert.equal((await harness.app.inject("/api/people/ada")).json<{ clips: number }>().clips, 3);
  });

  it("are unknown by other ids", async () => {
    for (const id of ["x", `main.${broadcast}.ada.000009-0`]) {
      assertProblem(await harness.app.inject(`/api/clips/${id}`), "clip-not-found", `/api/clips/${id}`);
      const change = await harness.app.inject({
        method: "PATCH",
        url: `/api/clips/${id}`,
        headers: asAdmin,
        payload: { review: "confirmed" },
      });
      assertProblem(change, "clip-not-found", `/api/clips/${id}`);
    }
  });
});

import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const first = `main.${broadcast}.ada.000000-1000`;
const second = `main.${broadcast}.ada.000000-7000`;

describe("review", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    await harness.catalogue.people.create({ name: "Ada" });
    await harness.catalogue.people.create({ name: "Bob" });
    await addRecording(harness, 0, { ada: [seen(0, 1000, 3000), seen(0, 7000, 8500)] });
  });
  afterEach(() => harness.stop());

  type Method = "PATCH" | "DELETE" | "POST";
  const send = (method: Method, path: string, payload?: object) =>
    harness.app.inject({ method, url: `/api${path}`, headers: asAdmin, ...(payload !== undefined && { payload }) });
  const ids = async (path: string, headers = {}): Promise<string[]> =>
    (await harness.app.inject({ url: `/api${path}`, headers }))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id);
  const undoIdOf = ({ headers }: LightMyRequestResponse): string => String(headers["undo-id"]);
  const clipsOf = async (id: string): Promise<number> =>
    (await harness.app.inject(`/api/people/${id}`)).json<{ clips: number }>().clips;

  it("hides a rejected clip from everyone but editors, in every answer", async () => {
    await send("PATCH", `/clips/${first}`, { review: "rejected" });
    assert.deepEqual(await ids("/clips"), [second]);
    assert.deepEqual(await ids("/clips?review=rejected"), []);
    assert.deepEqual(await ids("/clips", asAdmin), [second, first]);
    assert.deepEqual(await ids("/clips?review=rejected", asAdmin), [first]);
    assert.equal(await clipsOf("ada"), 1);
    for (const path of ["", "/playlist.m3u8", "/master.m3u8"]) {
      const url = `/api/clips/${first}${path}`;
      const { detail } = assertProblem(await harness.app.inject(url), "clip-rejected", url);
      assert.equal(detail, "An editor found that this clip does not show who was recognised in it.");
      const response = await harness.app.inject({ url, headers: asAdmin });
      assert.deepEqual([response.statusCode, response.headers["cache-control"]], [200, "no-store"], url);
    }
    const reel = async (query: string, headers = {}): Promise<number> =>
      [...(await harness.app.inject({ url: `/api/reel.m3u8${query}`, headers })).body.matchAll(/^\/vod/gm)].length;
    assert.deepEqual([await reel(""), await reel("", asAdmin)], [2, 2]);
    assert.equal(await reel("?review=rejected", asAdmin), 2);
    assertProblem(await harness.app.inject("/api/reel.m3u8?review=rejected"), "nothing-to-play", "/api/reel.m3u8");
  });

  it("gives a clip to someone else, by either of their ids, and refuses who is unknown", async () => {
    const response = await send("PATCH", `/clips/${first}`, { subject: "bob" });
    assert.equal(response.statusCode, 200, response.body);
    const { id, subject, review } = response.json<{ id: string; subject: object; review: string }>();
    assert.deepEqual([id, subject, review], [first, { kind: "person", id: "bob", name: "Bob" }, "unreviewed"]);
    assert.deepEqual([await ids("/clips?person=ada"), await ids("/clips?person=bob")], [[second], [first]]);
    assert.deepEqual([await clipsOf("ada"), await clipsOf("bob")], [1, 1]);
    const unknown = await send("PATCH", `/clips/${first}`, { subject: "nobody" });
    const { detail } = assertProblem(unknown, "unknown-subject", `/api/clips/${first}`);
    assert.equal(detail, 'Person "nobody" is not on the watch list. Add them first.');
    assertProblem(await send("PATCH", `/clips/${first}`, {}), "invalid-request", `/api/clips/${first}`);
    assertProblem(
      await send("PATCH", `/clips/${first}`, { subject: "_goal" }),
      "invalid-request",
      `/api/clips/${first}`,
    );
  });

  it("does not give an event to a person", async () => {
    const goal = { kind: "event", id: "_goal", name: "Goal" } as const;
    await harness.catalogue.moments.index(
      { channel: "main", broadcast, number: 0 },
      [{ subject: goal, appearances: [seen(0, 1000, 3000)] }],
      { paddingMs: 500, gapMs: 3000, minMs: 500 },
    );
    const url = `/clips/main.${broadcast}._goal.000000-1000`;
    assertProblem(await send("PATCH", url, { subject: "bob" }), "subject-is-event", `/api${url}`);
  });

  it("takes back a review, a deletion and a merge by the id in their answers", async () => {
    const answers = [
      await send("PATCH", `/clips/${first}`, { review: "rejected" }),
      await send("DELETE", `/clips/${second}`),
      await send("POST", "/people/bob/merge", { into: "ada" }),
    ];
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 204, 200],
    );
    assert.deepEqual(await ids("/clips"), []);
    const undone = [];
    for (const answer of answers) undone.push((await send("POST", `/undo/${undoIdOf(answer)}`)).json<object>());
    assert.deepEqual(undone, [
      { kind: "review", id: first },
      { kind: "delete", id: second },
      { kind: "merge", id: "bob" },
    ]);
    assert.deepEqual(await ids("/clips"), [second, first]);
    assert.deepEqual(await ids("/people"), ["ada", "bob"]);
  });

  it("says why something can't be taken back", async () => {
    const early = undoIdOf(await send("PATCH", `/clips/${first}`, { review: "rejected" }));
    const late = undoIdOf(await send("PATCH", `/clips/${first}`, { review: "confirmed" }));
    const refused = async (id: string, code: Parameters<typeof assertProblem>[1]): Promise<string> =>
      assertProblem(await send("POST", `/undo/${id}`), code, `/api/undo/${id}`).detail;
    assert.equal(await refused(early, "undo-outdated"), "The clip has been changed again since.");
    harness.clock.now += 3600_000;
    assert.equal(await refused(late, "undo-expired"), "The act is more than an hour old and can't be taken back.");
    assert.equal(await refused("x", "undo-not-found"), 'There is no act "x", or it is too old to be taken back.');
    const url = `/api/undo/${late}`;
    assertProblem(await harness.app.inject({ method: "POST", url }), "unauthorized", url);
  });

  it("merges people; reads follow the merged id, changes don't", async () => {
    const response = await send("POST", "/people/ada/merge", { into: "bob" });
    assert.equal(response.statusCode, 200, response.body);
    const bob = { id: "bob", name: "Bob", celebrity: null, celebrityId: null, photos: 0, clips: 2 };
    assert.deepEqual(response.json(), bob);
    assert.equal(undoIdOf(await send("POST", "/people/ada/merge", { into: "bob" })), undoIdOf(response));
    assert.deepEqual((await harness.app.inject("/api/people")).json(), { items: [bob] });
    assert.deepEqual((await harness.app.inject("/api/people/ada")).json(), bob);
    assert.deepEqual(await ids("/clips?person=ada"), [second, first]);
    for (const [method, path, payload] of [
      ["PATCH", "/people/ada", { name: "Ada L." }],
      ["DELETE", "/people/ada", undefined],
    ] as const) {
      const { detail } = assertProblem(await send(method, path, payload), "person-not-found", `/api${path}`);
      assert.equal(detail, 'Person "ada" was merged into "bob". Use that id.');
    }
    assertProblem(await send("POST", "/people/bob/merge", { into: "ada" }), "same-person", "/api/people/bob/merge");
    assertProblem(await send("POST", "/people/bob/merge", { into: "x" }), "unknown-subject", "/api/people/bob/merge");
    assertProblem(await send("POST", "/people/x/merge", { into: "bob" }), "person-not-found", "/api/people/x/merge");
  });

  it("forgets a person with those who were merged into them, and says what went", async () => {
    await send("POST", "/people/ada/merge", { into: "bob" });
    const response = await send("DELETE", "/people/bob");
    assert.deepEqual(response.json(), { id: "bob", name: "Bob", faces: 0, clips: 2, broadcasts: 1 });
    assert.equal(response.headers["undo-id"], undefined);
    assert.deepEqual(await ids("/people"), []);
  });
});

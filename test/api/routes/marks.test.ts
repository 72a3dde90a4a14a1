import assert from "node:assert/strict";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const path = "/api/channels/main/marks";

describe("marks and the event filter", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    harness.aws.on("GET /prod/channels/1234567", { body: { state: "IDLE" } });
    await harness.catalogue.people.create({ name: "Ada" });
    await addRecording(harness, 0, { ada: [seen(0, 1000, 3000), seen(0, 7000, 8500)] });
    await addRecording(harness, 1, { ada: [seen(1, 5000, 7000)] });
    await addRecording(harness, 2, {});
  });
  afterEach(() => harness.stop());

  const send = (method: "POST" | "DELETE" | "PATCH", url: string, payload?: object) =>
    harness.app.inject({ method, url, headers: asAdmin, ...(payload !== undefined && { payload }) });
  const mark = (payload: object) => send("POST", path, payload);
  const items = async (url: string, headers = {}): Promise<Record<string, unknown>[]> =>
    (await harness.app.inject({ url, headers })).json<{ items: Record<string, unknown>[] }>().items;
  const ids = async (url: string): Promise<unknown[]> => (await items(url)).map(({ id }) => id);
  const at = "2026-11-22T18:00:15.000Z";
  const clip = `main.${broadcast}._goal.20261122T180015000`;

  /** MediaLive and its events say that the channel runs, with a picture, since a time after the fixtures' broadcast. */
  async function stream(): Promise<void> {
    harness.aws.on("GET /prod/channels/1234567", { body: { state: "RUNNING" } });
    const began = "2026-11-22T18:29:00.000Z";
    await harness.catalogue.channels.changeState("main", { state: "running", pipelines: 1, at: began });
    await harness.catalogue.channels.sawInput("main", began);
  }

  it("make a clip of exactly the time at once", async () => {
    const response = await mark({ label: " Goal ", at: "2026-11-22T19:00:15+01:00" });
    assert.equal(response.statusCode, 201, response.body);
    const { clips, ...rest } = response.json<{ clips: { id: string }[] }>();
    assert.deepEqual(rest, {
      id: "main._goal.20261122T180015000",
      channel: "main",
      subject: { kind: "event", id: "_goal", name: "Goal" },
      at,
      start: "2026-11-22T18:00:03.000Z",
      end: "2026-11-22T18:00:21.000Z",
    });
    assert.deepEqual(clips, [(await harness.app.inject(`/api/clips/${clip}`)).json()]);
    const [{ id, start, end, durationMs, review, mp4 }] = (await items("/api/clips?event=goal")) as [
      Record<string, unknown>,
    ];
    assert.deepEqual(
      { id, start, end, durationMs, review, mp4 },
      {
        id: clip,
        start: "2026-11-22T18:00:03.000Z",
        end: "2026-11-22T18:00:21.000Z",
        durationMs: 18_000,
        review: "confirmed",
        mp4: `/vod/main/${broadcast}/000001/recording.mp4#t=0.000,10.000`,
      },
    );
    const playlist = (await harness.app.inject(`/api/clips/${clip}/playlist.m3u8`)).body;
    // Segments of two seconds that cover 3–10 s, 0–10 s and 0–1 s of three recordings.
    assert.deepEqual(
      [...playlist.matchAll(/\/(\d{6})\/hls/g)].map(([, number]) => Number(number)),
      [0, 0, 0, 0, 1, 1, 1, 1, 1, 2],
    );
    assert.match(playlist, /#EXT-X-START:TIME-OFFSET=1\.000,PRECISE=YES/);
  });

  it("are one when the button is clicked twice, and answer how the first was made", async () => {
    assert.equal((await mark({ label: "Goal", at })).statusCode, 201);
    const again = await mark({ label: "goal!", at: "2026-11-22T18:00:16Z", beforeMs: 0 });
    assert.equal(again.statusCode, 200);
    assert.equal(again.json<{ at: string }>().at, at);
    assert.deepEqual(await ids("/api/clips?event=goal"), [clip]);
  });

  it("of a time that is still to be converted are listed without a clip", async () => {
    await stream();
    const response = await mark({ label: "Goal", beforeMs: 4000, afterMs: 1000 });
    assert.equal(response.statusCode, 201, response.body);
    assert.deepEqual(await items(path), [response.json()]);
    const { start, end, clips } = response.json<{ start: string; end: string; clips: [] }>();
    assert.deepEqual([start, end, clips], ["2026-11-22T18:29:56.000Z", "2026-11-22T18:30:01.000Z", []]);
    assert.deepEqual(await ids("/api/clips?event=goal"), []);
    assert.deepEqual(await items("/api/events"), []);
  });

  it("are refused where nothing was broadcast, in the future, and of an unknown channel", async () => {
    const nowhere = assertProblem(await mark({ label: "Goal" }), "outside-broadcast", path);
    assert.match(nowhere.detail, /^Channel "main" had no broadcast at 2026-11-22T18:30:00\.000Z\. Mark a time since/);
    await stream();
    for (const time of ["2026-11-22T18:30:11Z", "2026-11-22T18:28:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
      assertProblem(await mark({ label: "Goal", at: time }), "outside-broadcast", path);
    const other = "/api/channels/other/marks";
    assertProblem(await send("POST", other, { label: "Goal" }), "channel-not-found", other);
    assertProblem(await harness.app.inject(other), "channel-not-found", other);
  });

  it("need a token, a visible label and a second of time", async () => {
    const anonymous = await harness.app.inject({ method: "POST", url: path, payload: { label: "Goal" } });
    assertProblem(anonymous, "unauthorized", path);
    for (const body of [
      {},
      { label: " " },
      { label: "a\u202eb" },
      { label: "x".repeat(61) },
      { label: "Goal", at: "yesterday" },
      { label: "Goal", at, beforeMs: 300_001 },
      { label: "Goal", at, beforeMs: 500, afterMs: 499 },
    ])
      assertProblem(await mark(body), "invalid-request", path);
  });

  it("are reviewed as others are, and deleted with their clip, which the undo takes back", async () => {
    await mark({ label: "Goal", at });
    assert.equal((await send("PATCH", `/api/clips/${clip}`, { review: "rejected" })).statusCode, 200);
    assert.deepEqual([await ids("/api/clips?event=goal"), await ids(path), await items("/api/events")], [[], [], []]);
    assert.equal((await items(path, asAdmin)).length, 1);
    await send("PATCH", `/api/clips/${clip}`, { review: "unreviewed" });
    assertProblem(
      await send("PATCH", `/api/clips/${clip}`, { subject: "ada" }),
      "subject-is-event",
      `/api/clips/${clip}`,
    );
    const markPath = "/api/marks/main._goal.20261122T180015000";
    for (const url of [markPath, `/api/clips/${clip}`]) {
      const deleted = await send("DELETE", url);
      assert.equal(deleted.statusCode, 204);
      assert.deepEqual([await ids("/api/clips?event=goal"), await ids(path)], [[], []]);
      assertProblem(await send("DELETE", markPath), "mark-not-found", markPath);
      const undone = await send("POST", `/api/undo/${String(deleted.headers["undo-id"])}`);
      assert.deepEqual(undone.json(), { kind: "delete", id: url.split("/").at(-1) });
      assert.deepEqual(await ids("/api/clips?event=goal"), [clip]);
    }
    assertProblem(await send("DELETE", "/api/marks/nothing"), "mark-not-found", "/api/marks/nothing");
  });

  it("select a person's moments in lists, reels and exports", async () => {
    await mark({ label: "Goal", at, beforeMs: 8000, afterMs: 0 });
    await mark({ label: "Save", at: "2026-11-22T18:00:02Z", beforeMs: 1000, afterMs: 1000 });
    const ada = (position: string): string => `main.${broadcast}.ada.${position}`;
    const near = [ada("000001-5000"), ada("000000-7000")];
    assert.deepEqual(await ids("/api/clips?person=ada&event=goal"), near);
    assert.deepEqual(await ids("/api/clips?kind=person&event=_goal"), near);
    assert.deepEqual(await ids("/api/clips?person=ada&event=goal,save"), [...near, ada("000000-1000")]);
    assert.deepEqual(await ids("/api/clips?person=ada&event=goal&event=save&order=asc&limit=1"), [ada("000000-1000")]);
    assert.deepEqual(await ids("/api/clips?person=ada&event=corner"), []);
    const reel = (await harness.app.inject("/api/reel?person=ada&event=goal")).json<{ moments: { clip: string }[] }>();
    assert.deepEqual(
      reel.moments.map((moment) => moment.clip),
      near.toReversed(),
    );
    const events = (await harness.app.inject("/api/reel?event=save&event=goal")).json<{
      moments: { clip: string }[];
    }>();
    assert.deepEqual(
      events.moments.map((moment) => moment.clip.split(".")[2]),
      ["_save", "_goal"],
    );
    assert.equal((await harness.app.inject("/api/reel.m3u8?person=ada&event=goal")).statusCode, 200);
    harness.aws.on("POST /2017-08-29/jobs", { status: 201, body: { job: { id: "job-1", status: "SUBMITTED" } } });
    const made = await send("POST", "/api/exports", { person: ["ada"], event: ["goal"] });
    assert.deepEqual([made.statusCode, made.json<{ clips: number }>().clips], [202, 2]);
    for (const query of ["event=", "event=Goal", "event=a b"]) {
      const response = await harness.app.inject(`/api/clips?${encodeURI(query)}`);
      assertProblem(response, "invalid-request", "/api/clips");
    }
  });

  it("give the events to filter by, and no person", async () => {
    await mark({ label: "Goal", at });
    await mark({ label: "Corner", at });
    assert.deepEqual(await items("/api/events"), [
      { id: "_corner", name: "Corner", clips: 1 },
      { id: "_goal", name: "Goal", clips: 1 },
    ]);
    assert.deepEqual(await ids("/api/people"), ["ada"]);
    assert.deepEqual(await ids(`${path}?event=goal`), ["main._goal.20261122T180015000"]);
    assert.deepEqual(await ids(`${path}?from=2026-11-22T18:00:15.001Z`), []);
    assertProblem(await harness.app.inject(`${path}?cursor=x`), "cursor-mismatch", path);
  });
});

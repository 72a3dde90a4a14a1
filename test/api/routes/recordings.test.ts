import assert from "node:assert/strict";
import { sent } from "../support/aws.ts";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const reason = "MediaConvert can't convert the recording: Forbidden (s3://archive-1a2b3c4/main/recording.ts)";

describe("recordings", () => {
  let harness: Harness;
  let failed: string;
  beforeEach(async () => {
    harness = await startHarness();
    await addRecording(harness, 0, {});
    await addRecording(harness, 1, {});
    const { recordings } = harness.catalogue;
    const name = { channel: "main", broadcast, number: 2 };
    failed = `main.${broadcast}.000002`;
    await recordings.archived({
      ...name,
      id: failed,
      bucket: "archive",
      key: `main/${broadcast}/recording.000002.ts`,
      archivedAt: "2026-11-22T18:00:30.000Z",
    });
    await recordings.failed(failed, { kind: "conversion", reason });
  });
  afterEach(() => harness.stop());

  const ids = async (query: string): Promise<string[]> =>
    (await harness.app.inject(`/api/recordings${query}`))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id.slice(-6));
  const retry = () => harness.app.inject({ method: "POST", url: `/api/recordings/${failed}/retry`, headers: asAdmin });

  it("tell how far they got", async () => {
    assert.deepEqual((await harness.app.inject(`/api/recordings/main.${broadcast}.000001`)).json(), {
      id: `main.${broadcast}.000001`,
      channel: "main",
      broadcast,
      state: "indexed",
      start: "2026-11-22T18:00:10.000Z",
      durationMs: 10_000,
      frames: { path: `/vod/main/${broadcast}/000001/posters/poster.{index}.jpg`, everyMs: 2000, count: 5 },
      error: null,
      errorCode: null,
    });
    assert.deepEqual((await harness.app.inject(`/api/recordings/${failed}`)).json(), {
      id: failed,
      channel: "main",
      broadcast,
      state: "failed",
      start: null,
      durationMs: null,
      frames: null,
      error: "It could not be converted.",
      errorCode: "conversion",
    });
    assertProblem(await harness.app.inject("/api/recordings/x"), "recording-not-found", "/api/recordings/x");
  });

  it("that failed tell editors what the service said, and nobody else", async () => {
    for (const url of [`/api/recordings/${failed}`, "/api/recordings?state=failed", `/api/recordings?limit=1`]) {
      const asEditor = await harness.app.inject({ url, headers: asAdmin });
      const body = asEditor.json<{ items?: object[] }>();
      assert.partialDeepStrictEqual(body.items?.[0] ?? body, {
        error: "It could not be converted.",
        errorDetail: reason,
      });
      for (const headers of [{}, { authorization: "Bearer wrong" }]) {
        const { body: text } = await harness.app.inject({ url, headers });
        assert.ok(text.includes('"error":"It could not be converted."'));
        assert.doesNotMatch(text, /errorDetail|MediaConvert|archive-1a2b3c4/);
      }
    }
    const { body } = await harness.app.inject({ url: `/api/recordings/main.${broadcast}.000001`, headers: asAdmin });
    assert.doesNotMatch(body, /errorDetail/);
  });

  it("that failed for any reason say so in a plain sentence", async () => {
    const sentences = [
      ["no-video", "It has no video that can be used."],
      ["conversion", "It could not be converted."],
      ["search", "It could not be searched for people."],
      ["processing", "It could not be processed."],
    ] as const;
    const { recordings } = harness.catalogue;
    for (const [kind, sentence] of sentences) {
      await recordings.retry(failed);
      await recordings.failed(failed, { kind, reason });
      const recording = (await harness.app.inject(`/api/recordings/${failed}`)).json<{
        error: string;
        errorCode: string;
      }>();
      assert.deepEqual([recording.errorCode, recording.error], [kind, sentence]);
    }
  });

  it("are listed by filter and page", async () => {
    assert.deepEqual(await ids(""), ["000002", "000001", "000000"]);
    assert.deepEqual(await ids("?state=indexed&order=asc"), ["000000", "000001"]);
    assert.deepEqual(await ids(`?broadcast=${broadcast}&channel=main&state=failed`), ["000002"]);
    assert.deepEqual(await ids("?broadcast=20261121T180000"), []);
    assert.deepEqual(await ids("?state=failed&state=indexed"), ["000002", "000001", "000000"]);
    assert.deepEqual(await ids("?state=archived,indexed"), ["000001", "000000"]);

    const page = (await harness.app.inject("/api/recordings?limit=2")).json<{ nextCursor: string }>();
    assert.deepEqual(await ids(`?limit=2&cursor=${page.nextCursor}`), ["000000"]);
    assertProblem(
      await harness.app.inject(`/api/recordings?state=failed&cursor=${page.nextCursor}`),
      "cursor-mismatch",
      "/api/recordings",
    );
    assertProblem(await harness.app.inject("/api/recordings?state=done"), "invalid-request", "/api/recordings");
  });

  it("that failed are queued again, once", async () => {
    harness.aws.on("SendMessage", sent);
    const response = await retry();
    assert.equal(response.statusCode, 202, response.body);
    assert.deepEqual(response.json<{ state: string; error: unknown }>(), {
      ...response.json<object>(),
      state: "archived",
      error: null,
    });
    assert.deepEqual(
      harness.aws.calls.filter(({ operation }) => operation === "SendMessage"),
      [
        {
          operation: "SendMessage",
          input: {
            QueueUrl: `${harness.aws.url}/000000000000/convert`,
            MessageBody: JSON.stringify({
              recording: failed,
              bucket: "archive",
              key: `main/${broadcast}/recording.000002.ts`,
            }),
          },
        },
      ],
    );
    assert.match(assertProblem(await retry(), "not-failed", `/api/recordings/${failed}/retry`).detail, /is archived/);
  });

  describe("when they are deleted", () => {
    const second = `main.${broadcast}.000001`;
    const remove = (id = second) =>
      harness.app.inject({ method: "DELETE", url: `/api/recordings/${id}`, headers: asAdmin });
    const folder = `vod/main/${broadcast}/000001/`;
    /** What S3 is asked to delete, in order. */
    const deleted = (): string[] =>
      harness.aws.calls.flatMap(({ operation, input }) =>
        operation.startsWith("DELETE ")
          ? [operation]
          : operation === "POST /vod-bucket/"
            ? [...String(input).matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => `DELETE /vod-bucket/${key ?? ""}`)
            : [],
      );
    let stored: string[];

    beforeEach(async () => {
      await harness.catalogue.people.create({ name: "Ada" });
      await addRecording(harness, 1, { ada: [seen(1, 2000, 4000)] });
      stored = [`${folder}recording.mp4`, `${folder}hls/index.m3u8`];
      harness.aws.on("GET /vod-bucket/", () => ({
        body:
          '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>' +
          `${stored.map((key) => `<Contents><Key>${key}</Key></Contents>`).join("")}</ListBucketResult>`,
      }));
      harness.aws.on("POST /vod-bucket/", () => {
        stored = [];
        return { body: '<?xml version="1.0"?><DeleteResult></DeleteResult>' };
      });
      harness.aws.on(`DELETE /archive/main/${broadcast}/recording.000001.ts`, { status: 204, body: "" });
    });

    it("go with their media and the clips found in them, and nothing else does", async () => {
      const clips = async (): Promise<number> =>
        (await harness.app.inject("/api/clips")).json<{ items: object[] }>().items.length;
      assert.equal(await clips(), 1);
      const response = await remove();
      assert.deepEqual([response.statusCode, response.body], [204, ""]);
      assert.deepEqual(deleted(), [
        `DELETE /vod-bucket/${folder}recording.mp4`,
        `DELETE /vod-bucket/${folder}hls/index.m3u8`,
        `DELETE /archive/main/${broadcast}/recording.000001.ts`,
      ]);
      assert.equal(await clips(), 0);
      assert.deepEqual(await ids(""), ["000002", "000000"]);
      assertProblem(await remove(), "recording-not-found", `/api/recordings/${second}`);
    });

    it("are still there when S3 fails, so that the call can be made again", async () => {
      harness.aws.on(`DELETE /archive/main/${broadcast}/recording.000001.ts`, { status: 500, body: "" });
      assertProblem(await remove(), "internal-error", `/api/recordings/${second}`);
      assert.deepEqual(await ids(""), ["000002", "000001", "000000"]);
      harness.aws.on(`DELETE /archive/main/${broadcast}/recording.000001.ts`, { status: 204, body: "" });
      assert.equal((await remove()).statusCode, 204);
      assert.deepEqual(await ids(""), ["000002", "000000"]);
    });

    it("are not tried again once their media may be gone", async () => {
      harness.aws.on("GET /vod-bucket/", { status: 500, body: "" });
      assertProblem(await remove(failed), "internal-error", `/api/recordings/${failed}`);
      const url = `/api/recordings/${failed}/retry`;
      const again = await harness.app.inject({ method: "POST", url, headers: asAdmin });
      const { detail } = assertProblem(again, "not-failed", url);
      assert.equal(detail, "Somebody else has retried the recording, or is deleting it.");
      assert.deepEqual(await ids(""), ["000002", "000001", "000000"]);
    });

    it("stay as long as they are being processed, and without the admin token", async () => {
      await harness.catalogue.recordings.retry(failed);
      const problem = assertProblem(await remove(failed), "recording-busy", `/api/recordings/${failed}`);
      assert.equal(
        problem.detail,
        "The recording is archived. Wait until it is indexed, idle or failed, then delete it.",
      );
      const anonymous = await harness.app.inject({ method: "DELETE", url: `/api/recordings/${second}` });
      assertProblem(anonymous, "unauthorized", `/api/recordings/${second}`);
      assert.deepEqual(deleted(), []);
      assert.deepEqual(await ids(""), ["000002", "000001", "000000"]);
    });
  });

  it("are converted after all when they are idle", async () => {
    const id = `main.${broadcast}.000003`;
    await harness.catalogue.recordings.archived({
      ...{ id, channel: "main", broadcast, number: 3, bucket: "archive", archivedAt: "2026-11-22T18:00:40.000Z" },
      key: `main/${broadcast}/recording.000003.ts`,
    });
    const place = { startMs: Date.parse("2026-11-22T18:00:30.000Z"), durationMs: 10_000 };
    await harness.catalogue.recordings.idle(id, place);
    const { items } = (await harness.app.inject("/api/recordings?state=idle")).json<{ items: object[] }>();
    assert.partialDeepStrictEqual(items, [
      {
        id,
        state: "idle",
        errorCode: "nobody-streamed",
        start: "2026-11-22T18:00:30.000Z",
        durationMs: 10_000,
        error: "Nobody streamed while it was recorded, so it was not converted.",
      },
    ]);
    harness.aws.on("SendMessage", sent);
    const again = await harness.app.inject({ method: "POST", url: `/api/recordings/${id}/retry`, headers: asAdmin });
    assert.equal(again.statusCode, 202);
    assert.partialDeepStrictEqual(again.json(), { state: "archived", error: null });
  });

  it("stay failed when they cannot be queued", async () => {
    assertProblem(await retry(), "internal-error", `/api/recordings/${failed}/retry`);
    assert.equal((await harness.catalogue.recordings.get(failed))?.state, "failed");
    harness.aws.on("SendMessage", sent);
    assert.equal((await retry()).statusCode, 202);
  });

  it("that are unknown cannot be retried", async () => {
    const url = "/api/recordings/x/retry";
    assertProblem(await harness.app.inject({ method: "POST", url, headers: asAdmin }), "recording-not-found", url);
  });
});

import assert from "node:assert/strict";
import { awsError } from "../support/aws.ts";
import { addRecording, broadcast, hd, multivariantPath, seen } from "../support/broadcast.ts";
import { asAdmin, config, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const jobs = "POST /2017-08-29/jobs";
const job = (id: string) => `GET /2017-08-29/jobs/${id}`;
/** From 7 s of the first recording to 1.5 s of the second, padded by half a second at its ends. */
const across = `main.${broadcast}.ada.000000-7000`;

interface ExportBody {
  id: string;
  state: string;
  progress: number;
  mp4: string | null;
  error: string | null;
  errorDetail?: string;
}

describe("exports", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    await harness.catalogue.people.create({ name: "Ada" });
    await addRecording(harness, 0, { ada: [seen(0, 7000, 10_000)] });
    await addRecording(harness, 1, { ada: [seen(1, 0, 1500)] });
    await addRecording(harness, 2, { ada: [seen(2, 5000, 6000)] }, [hd]);
    harness.aws.on(jobs, { status: 201, body: { job: { id: "job-1", status: "SUBMITTED" } } });
  });
  afterEach(() => harness.stop());

  const post = (path: string, payload?: object) =>
    harness.app.inject({ method: "POST", url: `/api${path}`, headers: asAdmin, ...(payload && { payload }) });
  const get = async (id: string, headers = {}): Promise<ExportBody> => {
    const response = await harness.app.inject({ url: `/api/exports/${id}`, headers });
    assert.equal(response.statusCode, 200, response.body);
    return response.json<ExportBody>();
  };
  const created = (): Record<string, never>[] =>
    harness.aws.calls.filter(({ operation }) => operation === jobs).map(({ input }) => input as Record<string, never>);

  it("make an MP4 of exactly the moment, across recordings, with a job of MediaConvert's", async () => {
    const response = await post(`/clips/${across}/exports`);
    assert.equal(response.statusCode, 202, response.body);
    const made = response.json<ExportBody & { expiresAt: string }>();
    assert.equal(response.headers["location"], `/api/exports/${made.id}`);
    const { id, expiresAt, ...rest } = made;
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.ok(Date.parse(expiresAt) > harness.clock.now + 6 * 86_400_000);
    assert.deepEqual(rest, {
      state: "waiting",
      progress: 0,
      mp4: null,
      fileName: "Ada 2026-11-22 18.00.06.mp4",
      clips: 1,
      durationMs: 5500,
      error: null,
    });
    const [request] = created();
    assert.partialDeepStrictEqual(request, {
      queue: config.exports.queueArn,
      role: config.exports.roleArn,
      userMetadata: { export: id },
      settings: {
        inputs: [
          {
            fileInput: `s3://vod-bucket/vod/main/${broadcast}/000000/recording.mp4`,
            timecodeSource: "ZEROBASED",
            inputClippings: [{ startTimecode: "00:00:06:15", endTimecode: "00:00:09:29" }],
            audioSelectors: { "Audio Selector 1": { defaultSelection: "DEFAULT" } },
          },
          {
            fileInput: `s3://vod-bucket/vod/main/${broadcast}/000001/recording.mp4`,
            inputClippings: [{ startTimecode: "00:00:00:00", endTimecode: "00:00:01:29" }],
          },
        ],
        outputGroups: [
          {
            outputGroupSettings: { fileGroupSettings: { destination: `s3://vod-bucket/exports/${id}` } },
            outputs: [{ extension: "mp4", videoDescription: { width: 1280, height: 720 } }],
          },
        ],
      },
    });
  });

  it("tell how far the job is, and where the file is when it is complete", async () => {
    const { id } = (await post(`/clips/${across}/exports`)).json<ExportBody>();
    harness.aws.on(job("job-1"), { body: { job: { id: "job-1", status: "PROGRESSING", jobPercentComplete: 40 } } });
    assert.partialDeepStrictEqual(await get(id), { state: "running", progress: 40, mp4: null });
    harness.aws.on(job("job-1"), { body: { job: { id: "job-1", status: "COMPLETE", jobPercentComplete: 100 } } });
    const complete = await get(id);
    assert.partialDeepStrictEqual(complete, { state: "complete", progress: 100 });
    const url = new URL(complete.mp4 ?? "", "https://page.example");
    assert.equal(url.pathname, `/exports/${id}.mp4`);
    assert.deepEqual(
      [...url.searchParams],
      [
        [
          "response-content-disposition",
          "attachment; filename=\"Ada 2026-11-22 18.00.06.mp4\"; filename*=UTF-8''Ada%202026-11-22%2018.00.06.mp4",
        ],
      ],
    );
    // It stays complete: MediaConvert is not asked again.
    harness.aws.on(job("job-1"), awsError(500, "InternalServerErrorException"));
    assert.deepEqual(await get(id), complete);
  });

  it("are the same when asked for again, and start over after a failure", async () => {
    const { id } = (await post(`/clips/${across}/exports`)).json<ExportBody>();
    harness.aws.on(job("job-1"), { body: { job: { id: "job-1", status: "SUBMITTED" } } });
    assert.equal((await post(`/clips/${across}/exports`)).json<ExportBody>().id, id);
    assert.equal(created().length, 1);

    harness.aws.on(job("job-1"), {
      body: { job: { id: "job-1", status: "ERROR", errorCode: 1404, errorMessage: "s3://vod-bucket/x is gone" } },
    });
    const failed = await get(id);
    assert.equal(failed.error, "The file could not be made. Ask for it again.");
    assert.deepEqual([failed.state, failed.mp4, failed.errorDetail], ["failed", null, undefined]);
    assert.equal((await get(id, asAdmin)).errorDetail, "s3://vod-bucket/x is gone (error 1404)");

    harness.aws.on(jobs, { status: 201, body: { job: { id: "job-2", status: "SUBMITTED" } } });
    harness.aws.on(job("job-2"), { body: { job: { id: "job-2", status: "PROGRESSING", jobPercentComplete: 10 } } });
    assert.partialDeepStrictEqual((await post(`/clips/${across}/exports`)).json<ExportBody>(), {
      id,
      state: "waiting",
    });
    assert.partialDeepStrictEqual(await get(id), { state: "running", progress: 10 });
    assert.equal(new Set(created().map(({ clientRequestToken }) => String(clientRequestToken))).size, 2);
  });

  it("find the first job when the call that started it was cut short", async () => {
    harness.aws.on(jobs, awsError(500, "InternalServerErrorException"));
    assertProblem(await post(`/clips/${across}/exports`), "internal-error", `/api/clips/${across}/exports`);
    harness.aws.on(jobs, { status: 201, body: { job: { id: "job-1", status: "SUBMITTED" } } });
    assert.equal((await post(`/clips/${across}/exports`)).statusCode, 202);
    const [first, second] = created().map(({ clientRequestToken }) => String(clientRequestToken));
    assert.match(first ?? "", /^[0-9a-f]{32}-\d{13}$/);
    assert.equal(first, second);
  });

  it("fail with MediaConvert's reason when it refuses the job", async () => {
    harness.aws.on(jobs, awsError(400, "BadRequestException", "/inputs: too odd"));
    const made = (await post(`/clips/${across}/exports`)).json<ExportBody>();
    assert.deepEqual([made.state, made.errorDetail], ["failed", "/inputs: too odd"]);
  });

  it("join all matching moments in time order, upright around the face", async () => {
    const response = await post("/exports?aspect=9:16", { person: ["ada"] });
    assert.equal(response.statusCode, 202, response.body);
    assert.partialDeepStrictEqual(response.json(), { clips: 2, fileName: "Ada 2026-11-22 18.00.06 (2 moments).mp4" });
    const [request] = created();
    const { inputs, outputGroups } = (request as unknown as { settings: Record<string, Record<string, unknown>[]> })
      .settings;
    assert.deepEqual(
      inputs?.map(({ crop }) => crop),
      [0, 1, 2].map(() => ({ x: 276, y: 0, width: 406, height: 720 })),
    );
    assert.partialDeepStrictEqual(outputGroups, [{ outputs: [{ videoDescription: { width: 406, height: 720 } }] }]);
  });

  it("ask for silence where a recording has no sound", async () => {
    harness.aws.on(`GET ${multivariantPath(2)}`, {
      body:
        '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f",RESOLUTION=1280x720,FRAME-RATE=25.000\n' +
        "index_720p.m3u8\n",
    });
    assert.equal((await post(`/clips/main.${broadcast}.ada.000002-5000/exports`)).statusCode, 202);
    const [request] = created();
    const { inputs } = (request as unknown as { settings: { inputs: Record<string, unknown>[] } }).settings;
    assert.deepEqual(
      inputs.map(({ audioSelectors, inputClippings }) => [audioSelectors, inputClippings]),
      [[undefined, [{ startTimecode: "00:00:04:13", endTimecode: "00:00:06:12" }]]],
    );
  });

  it("refuse what can't be made, and say what to do", async () => {
    assertProblem(await post("/clips/unknown/exports"), "clip-not-found", "/api/clips/unknown/exports");
    assertProblem(await post("/exports", { person: ["nobody"] }), "nothing-to-play", "/api/exports");
    assertProblem(await post("/exports?aspect=4:3", {}), "invalid-request", "/api/exports");
    assertProblem(await post("/exports", { limit: 5 }), "invalid-request", "/api/exports");
    assertProblem(
      await harness.app.inject({ method: "POST", url: "/api/exports", payload: {} }),
      "unauthorized",
      "/api/exports",
    );
    assertProblem(await harness.app.inject("/api/exports/unknown"), "export-not-found", "/api/exports/unknown");
  });

  it("refuse more moments than one job takes", async () => {
    const many = Array.from({ length: 160 }, (_, i) => seen(3, 60 * i, 60 * i + 20));
    const { moments } = harness.catalogue;
    await addRecording(harness, 3, {});
    await moments.index(
      { channel: "main", broadcast, number: 3 },
      [{ subject: { kind: "person", id: "ada", name: "Ada" }, appearances: many }],
      { paddingMs: 0, gapMs: 10, minMs: 10 },
    );
    const { detail } = assertProblem(await post("/exports", { person: ["ada"] }), "too-many-moments", "/api/exports");
    assert.match(detail, /at most 150 moments/);
  });
});

import assert from "node:assert/strict";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { clipId, markId } from "../../../domain/ids.ts";
import { addRecording, broadcast, seen } from "../support/broadcast.ts";
import { awsError, sent } from "../support/aws.ts";
import { config } from "../support/harness.ts";
import { startLambdaApi, type LambdaApi } from "../support/lambda-api.ts";
import { readDocument, type Operation } from "./document.ts";
import { judge } from "./judge.ts";
import { requests, type KnownIds } from "./requests.ts";
import { send } from "./send.ts";

/** `FUZZ_REQUESTS=5000 FUZZ_SEED=7 npx mocha test/api/fuzz/fuzz.test.ts` sends more, and others. */
const total = Number(process.env["FUZZ_REQUESTS"] ?? 500);
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
/** So many requests use the same people, clips and recordings, some of which they delete. */
const batchSize = 250;

describe("the API under generated requests", () => {
  let api: LambdaApi;
  let operations: Operation[];
  before(async () => {
    api = await startLambdaApi();
    const { body } = await send(api, {
      method: "GET",
      target: "/api/openapi.json",
      headers: {},
      body: Buffer.alloc(0),
    });
    operations = readDocument(JSON.parse(body.toString()));
    api.aws.on("GET /prod/channels/1234567", { body: { state: "RUNNING" } });
    api.aws.on("GET /prod/channels/1234567/alerts", { body: { alerts: [] } });
    api.aws.on("GET /prod/inputs/7654321", { body: { destinations: [{ url: "rtmp://203.0.113.7:1935/app/key" }] } });
    for (const verb of ["start", "stop"])
      api.aws.on(`POST /prod/channels/1234567/${verb}`, awsError(409, "ConflictException"));
    api.aws.on("DetectFaces", { body: { FaceDetails: [] } });
    api.aws.on("DeleteFaces", { body: { DeletedFaces: [] } });
    api.aws.on("POST /2017-08-29/jobs", { status: 201, body: { job: { id: "job-1", status: "SUBMITTED" } } });
    api.aws.on("GET /2017-08-29/jobs/job-1", { body: { job: { id: "job-1", status: "PROGRESSING" } } });
    api.aws.on("SendMessage", sent);
    // What a recording was converted to is deleted already, and S3 deletes what is not there.
    api.aws.on("GET /vod-bucket/", { body: "<ListBucketResult/>", headers: { "content-type": "application/xml" } });
    for (const number of Array.from({ length: 2 * Math.ceil(total / batchSize) }, (_, i) => String(i).padStart(6, "0")))
      api.aws.on(`DELETE /archive/main/${broadcast}/recording.${number}.ts`, { status: 204, body: "" });
    // Of the bucket, only the playlists of the recordings are there.
    api.aws.on("*", { status: 404, body: "<Error><Code>NoSuchKey</Code></Error>" });
  });
  after(() => api.stop());

  /** People, and a recording with clips of them, of which one failed. */
  async function fill(batch: number): Promise<KnownIds> {
    for (const name of ["Ada", "Bob"]) await api.catalogue.people.create({ name }).catch(() => undefined);
    const [clipped, failed] = [2 * batch, 2 * batch + 1];
    const id = await addRecording(api, clipped, {
      ada: [seen(clipped, 1000, 3000)],
      bob: [seen(clipped, 5000, 7000, 80)],
    });
    const broken = await addRecording(api, failed, {});
    await api.catalogue.recordings.failed(broken, { kind: "conversion", reason: "1040: no video" });
    const number = String(clipped).padStart(6, "0");
    const mark = {
      channel: "main",
      subject: "_goal",
      atMs: Date.parse("2026-11-22T18:00:05.000Z") + 10_000 * clipped,
    };
    await api.catalogue.marks.add({ ...mark, label: "Goal", beforeMs: 2000, afterMs: 2000 });
    return {
      people: ["ada", "bob"],
      channels: ["main"],
      broadcasts: [`main.${broadcast}`],
      recordings: [id, broken],
      clips: [
        `main.${broadcast}.ada.${number}-1000`,
        `main.${broadcast}.bob.${number}-5000`,
        clipId({ ...mark, broadcast }),
      ],
      marks: [markId(mark)],
    };
  }

  /** Puts the token of the generated requests in force again after a rotation. */
  async function keepToken(): Promise<void> {
    const { client: db, table: TableName } = api.dynamoDb;
    await db.send(new DeleteCommand({ TableName, Key: { pk: "ADMIN-TOKEN", sk: `SEED#${config.adminTokenSha256}` } }));
  }

  it(`answers ${total} of them as its document says, each error as a problem, and never with a 5xx`, async function () {
    this.timeout(20_000 + total * 50);
    const statuses = new Map<number, number>();
    const called = new Set<string>();
    for (let sent = 0; sent < total; sent += batchSize) {
      const known = await fill(sent / batchSize);
      const numRuns = Math.min(batchSize, total - sent);
      for (const request of fc.sample(requests(operations, known), { numRuns, seed: seed + sent })) {
        const answer = await send(api, request);
        if (request.target.startsWith("/api/admin-token/rotate") && answer.status === 201) await keepToken();
        const faults = judge(operations, request, answer);
        assert.deepEqual(
          faults,
          [],
          `${request.method} ${request.target}\n${JSON.stringify(request.headers)}\n` +
            `${request.body.toString().slice(0, 200)}\n` +
            `${answer.status} ${answer.body.toString().slice(0, 500)}`,
        );
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status < 300) called.add(`${request.method} ${request.target.split("/")[2]?.split("?")[0] ?? ""}`);
      }
    }
    if (process.env["FUZZ_REQUESTS"] !== undefined)
      console.info(Object.fromEntries([...statuses].toSorted(([one], [other]) => one - other)));
    // Generated requests that only ever fail would show nothing. A few hundred don't meet the rarer answers.
    const rare = total >= 5000 ? [201, 202, 304, 422] : [];
    for (const status of [200, 204, 400, 401, 404, 405, 415, ...rare])
      assert.ok((statuses.get(status) ?? 0) > 0, `no ${status} among ${total}`);
    for (const call of ["GET people", "GET clips", "GET recordings", "GET broadcasts", "GET channels"])
      assert.ok(called.has(call), `no ${call} succeeded`);
  });
});

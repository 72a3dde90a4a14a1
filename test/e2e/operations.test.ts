import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient, ListFunctionsCommand, type FunctionConfiguration } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createCatalogue, type Catalogue } from "../../catalogue/index.ts";
import { formatArchiveKey } from "../../domain/archive-key.ts";
import { recordingId } from "../../domain/ids.ts";
import { startSpotlight, until, type Spotlight } from "../support/spotlight.ts";

const broadcast = "20200101T000000";
const hourMs = 3_600_000;

/**
 * The functions that run on timers, as the program deploys them. Invoked directly instead of waiting for their timers,
 * they must have every permission that they need.
 */
describe("operating a stack", function () {
  this.timeout(90_000);
  let data: string;
  let spotlight: Spotlight;
  let lambda: LambdaClient;
  let dynamoDb: DynamoDBClient;
  let functions: FunctionConfiguration[];
  /** A catalogue whose clock is two hours slow. */
  let past: Catalogue;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "operations-"));
    const schedule = [
      { channel: "main", start: "cron(50 17 ? * SAT *)", stop: "cron(0 20 ? * SAT *)", timezone: "Europe/Vienna" },
    ];
    spotlight = await startSpotlight(data, [
      "--config",
      "idleStopMinutes=30",
      "--config",
      `channelSchedule=${JSON.stringify(schedule)}`,
    ]);
    const {
      AWS_ENDPOINT_URL: endpoint = "",
      AWS_REGION: region = "",
      AWS_ACCESS_KEY_ID: accessKeyId = "",
      AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    } = spotlight.environment;
    const owner = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    lambda = new LambdaClient(owner);
    dynamoDb = new DynamoDBClient(owner);
    functions = (await lambda.send(new ListFunctionsCommand({}))).Functions ?? [];
    const table = named("sweeper").Environment?.Variables?.["CATALOGUE_TABLE"] ?? "";
    past = createCatalogue({
      client: DynamoDBDocumentClient.from(dynamoDb),
      table,
      now: () => Date.now() - 2 * hourMs,
    });
  });
  after(async () => {
    lambda.destroy();
    dynamoDb.destroy();
    await spotlight.stop();
    await rm(data, { recursive: true, force: true });
  });

  function named(part: string): FunctionConfiguration {
    const found = functions.filter(({ FunctionName }) => FunctionName?.includes(part));
    assert.equal(found.length, 1, `${part}: ${functions.map(({ FunctionName }) => FunctionName).join()}`);
    return found[0]!;
  }
  async function run(part: string): Promise<void> {
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: named(part).FunctionName }));
    assert.equal(FunctionError, undefined, Buffer.from(Payload ?? []).toString());
  }
  /** Waits for the first structured line with this message in a function's log. */
  async function lineOf(part: string, message: string): Promise<Record<string, unknown>> {
    return until(async () => (await linesOf(part)).find((line) => line["message"] === message), {
      within: 10_000,
      what: () => `${part} logs ${message}`,
    });
  }
  /** The structured lines in a function's log so far. */
  async function linesOf(part: string): Promise<Record<string, unknown>[]> {
    const folder = join(data, "logs");
    const file = (await readdir(folder)).find((name) => name.includes(part)) ?? "";
    const lines = (await readFile(join(folder, file), "utf8")).split("\n").slice(0, -1);
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it("picks up recordings stuck in any state, and logs it with the recording as correlation id", async () => {
    const id = (number: number): string => recordingId({ channel: "main", broadcast, number });
    await past.channels.sawBroadcast("main", broadcast);
    await past.people.create({ name: "Ada" });
    for (const number of [0, 1, 2, 3]) {
      const name = { channel: "main", broadcast, number };
      await past.recordings.archived({
        ...name,
        id: id(number),
        bucket: "archive-that-is-gone",
        key: formatArchiveKey(name),
        archivedAt: new Date().toISOString(),
      });
    }
    // 0 was never converted, the jobs of 1 and 3 don't exist, and the search in 2 was never started.
    const [renditions, unknown] = [[{ name: "720p", width: 1280, height: 720, bitrate: 2_500_000 }], "0".repeat(64)];
    for (const number of [1, 2, 3]) await past.recordings.converting(id(number), "1700000000000-abcdef", renditions);
    for (const number of [2, 3]) await past.recordings.analysing(id(number), ["faces"]);
    await past.recordings.started(id(3), "faces", unknown);
    await run("sweeper");

    assert.partialDeepStrictEqual(await lineOf("sweeper", "swept"), {
      level: "INFO",
      message: "swept",
      service: "sweep-recordings",
      queued: 1,
      converted: 1,
      restarted: 2,
      waiting: 0,
      failed: 0,
      failures: 0,
    });
    await until(
      async () =>
        [...(await past.recordings.getMany([0, 1, 2, 3].map(id))).values()].every(({ state }) => state === "failed"),
      { within: 30_000, what: () => `all four are retried and fail; log:\n${spotlight.log()}` },
    );
    const errors = [...(await past.recordings.getMany([0, 1, 2, 3].map(id))).values()]
      .sort((a, b) => a.number - b.number)
      .map(({ failure, attempt }) => [failure?.reason.split(":")[0], attempt]);
    const gone = "MediaConvert can't convert the recording";
    assert.deepEqual(errors, [
      [gone, 0],
      [gone, 1],
      ["Rekognition can't look for people in the recording", 0],
      [gone, 1],
    ]);
    const found = await lineOf("find-people", "recording-failed");
    assert.deepEqual([found["level"], found["correlation_id"]], ["ERROR", id(2)]);
    // The terminal shows the same lines in a readable form.
    const line = `recording-redriven  ${id(2)}  state=analysing step=converted redrives=1`;
    await until(() => spotlight.log().includes(line), {
      within: 10_000,
      what: () => `the terminal shows "${line}"; it shows:\n${spotlight.log()}`,
    });
  });

  it("notices that nobody is streaming to the channel, and does not stop it yet", async () => {
    await until(
      async () => {
        await run("auto-stop");
        return (await linesOf("auto-stop")).some(({ message }) => message === "channel-idle");
      },
      { within: 10_000, what: () => "the channel is reported as idle" },
    );
    assert.deepEqual(
      (await linesOf("auto-stop")).filter(({ message }) => message === "channel-stopped"),
      [],
    );
  });
});

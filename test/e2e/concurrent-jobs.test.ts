import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RekognitionClient, StartSegmentDetectionCommand } from "@aws-sdk/client-rekognition";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createServices, type Services } from "../../local/aws/index.ts";
import { buildPage } from "../../local/cli/build-page.ts";
import { readOutputs, type StackOutputs } from "../../local/cli/panel.ts";
import { deploy } from "../../local/engine/deploy.ts";
import { readProject } from "../../local/engine/project.ts";
import type { Properties } from "../../local/engine/provider.ts";
import { randomProviders } from "../../local/engine/providers/random.ts";
import { openState, type StateStore } from "../../local/engine/state.ts";
import { createLog } from "../../local/log.ts";
import { excerpt, photo } from "../local/vision/footage.ts";
import { makeRecording } from "../support/media.ts";
import { until } from "../support/spotlight.ts";

const root = join(import.meta.dirname, "..", "..");

/** Shorter than in the program, so that a refused search is tried again at once. */
const impatient: Record<string, Properties> = {
  "clips-find-people": { timeout: 5 },
  "clips-ended-conversions": { visibilityTimeoutSeconds: 5 },
};

describe("an account that has all of its Rekognition jobs at work", function () {
  this.timeout(180_000);
  let data: string;
  let services: Services;
  let state: StateStore;
  let outputs: StackOutputs;
  let s3: S3Client;
  let sqs: SQSClient;
  let rekognition: RekognitionClient;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), "concurrent-jobs-"));
    services = await createServices({
      dataFolder: data,
      log: createLog({ write: () => undefined }),
      host: "127.0.0.1",
      port: 0,
      rtmpPort: 0,
      maxConcurrentJobs: 1,
    });
    state = openState(data);
    await buildPage(root);
    const deployment = await deploy({
      project: await readProject(root, "local", ["celebrities=false", "shots=true"]),
      stack: "local",
      resources: [
        ...services.resources.map((provider) => ({
          ...provider,
          apply: (request: Parameters<typeof provider.apply>[0]) =>
            provider.apply({
              ...request,
              inputs: { ...request.inputs, ...impatientInputs(provider.type, request.name) },
            }),
        })),
        ...randomProviders,
      ],
      invokes: services.invokes,
      state,
    });
    await services.start();
    outputs = readOutputs(deployment.outputs);
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, ...key } = services.environment;
    const credentials = { accessKeyId: key.AWS_ACCESS_KEY_ID, secretAccessKey: key.AWS_SECRET_ACCESS_KEY };
    s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    sqs = new SQSClient({ endpoint, region, credentials });
    rekognition = new RekognitionClient({ endpoint, region, credentials });
  });
  after(async () => {
    s3.destroy();
    sqs.destroy();
    rekognition.destroy();
    await services.stop();
    state.close();
    await rm(data, { recursive: true, force: true });
  });

  function impatientInputs(type: string, name: string): Properties {
    return /^aws:(sqs\/queue:Queue|lambda\/function:Function)$/.test(type) ? (impatient[name] ?? {}) : {};
  }

  async function call(
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer>,
    type?: string,
  ): Promise<unknown> {
    const response = await fetch(`${outputs.apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${outputs.adminToken}`,
        ...(type === undefined ? {} : { "content-type": type }),
      },
      body,
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
  }

  /** The lines that find-people has logged so far. */
  async function log(): Promise<string> {
    const file = (await readdir(join(data, "logs"))).find((name) => name.includes("find-people")) ?? "";
    return readFile(join(data, "logs", file), "utf8");
  }

  it("refuses searches, which are tried again until every recording has been searched, and gives none up", async () => {
    await call("POST", "/people", JSON.stringify({ name: "Franck" }), "application/json");
    await call("POST", "/people/franck/photos", new Uint8Array(await photo("franck", 20)), "image/jpeg");
    const file = join(data, "recording.ts");
    await makeRecording(file, { seconds: 4 });
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    const Bucket = Buckets.find(({ Name }) => Name?.startsWith("archive"))?.Name;
    const put = (Key: string, from: string) =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: createReadStream(from) }));
    const long = "elsewhere/long.mp4";
    await excerpt("franck", 60, join(data, "long.mp4"));
    await put(long, join(data, "long.mp4"));
    for (const number of [0, 1, 2]) await put(`main/20200101T000000/recording.00000${number}.ts`, file);

    const states = async (): Promise<unknown[]> =>
      ((await call("GET", "/recordings")) as { items: { state: unknown }[] }).items.map(({ state: of }) => of);
    await until(async () => (await states()).includes("converting"), {
      within: 30_000,
      what: () => "a recording is converted",
    });
    // Someone else in the account has its one job at work, for longer than the SDK retries.
    await rekognition.send(
      new StartSegmentDetectionCommand({ SegmentTypes: ["SHOT"], Video: { S3Object: { Bucket, Name: long } } }),
    );
    await until(async () => (await states()).join() === "indexed,indexed,indexed", {
      within: 120_000,
      what: () => "all recordings are searched",
    });
    const lines = await log();
    assert.match(lines, /"analysis-postponed".*LimitExceededException/);
    // A search that is started twice has the same job.
    assert.equal(
      new Set([...lines.matchAll(/"message":"analysis-started".*?"job":"(\w+)"/g)].map(([, id]) => id)).size,
      6,
    );

    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const waiting = await Promise.all(
      QueueUrls.map(async (QueueUrl) => {
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
        return [
          Number(Attributes?.["ApproximateNumberOfMessages"]),
          Number(Attributes?.["ApproximateNumberOfMessagesNotVisible"]),
        ];
      }),
    );
    assert.deepEqual(
      waiting,
      QueueUrls.map(() => [0, 0]),
    );
    assert.equal(QueueUrls.length, 13);
  });
});

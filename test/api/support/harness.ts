import { createHash } from "node:crypto";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import fastify, { type FastifyInstance } from "fastify";
import { api, serverOptions } from "../../../api/app.ts";
import type { ApiConfig } from "../../../api/config.ts";
import type { ApiDependencies } from "../../../api/dependencies.ts";
import { createExportJobs } from "../../../api/export-jobs.ts";
import { createLiveChannels } from "../../../api/live-channels.ts";
import { createConversionQueue } from "../../../pipeline/conversion/queue.ts";
import { createSearchQueue } from "../../../pipeline/search/queue.ts";
import { createWebhookQueue } from "../../../pipeline/webhooks/queue.ts";
import { createCatalogue, type Catalogue } from "../../../catalogue/index.ts";
import { startAws, type TestAws } from "./aws.ts";
import { startDynamoDb } from "./dynamodb.ts";

/** The admin token of the API under test. */
export const adminToken = "open-sesame_42";

/** What a write sends. */
export const asAdmin = { authorization: `Bearer ${adminToken}` };

/** The API on real clients: DynamoDB is dynalite, the other services answer as the test plans. */
export interface Harness {
  app: FastifyInstance;
  catalogue: Catalogue;
  aws: TestAws;
  /** What the API logged, one object a line. */
  log: Record<string, unknown>[];
  /** The API's clock, in milliseconds. */
  clock: { now: number };
  stop(): Promise<void>;
}

/** The configuration of the API under test; the queue's address has the port of the test's SQS. */
export const config: ApiConfig = {
  vodBucket: "vod-bucket",
  webBucket: "web-bucket",
  collection: "people",
  adminTokenSha256: createHash("sha256").update(adminToken).digest("hex"),
  exports: {
    queueArn: "arn:aws:mediaconvert:us-east-1:123456789012:queues/exports",
    roleArn: "arn:aws:iam::123456789012:role/exports",
  },
  searchOnRegistration: false,
  localWebhooks: false,
  channels: [
    {
      id: "main",
      name: "Main",
      channelId: "1234567",
      inputId: "7654321",
      playback: {
        lowLatencyHls: "/out/v1/main/low-latency.m3u8",
        hls: "/out/v1/main/index.m3u8",
        dash: "/out/v1/main/index.mpd",
        startoverSeconds: 10_800,
      },
    },
  ],
};

/** Starts the API with an empty catalogue; `more` replaces dependencies. */
export async function startHarness(more: Partial<ApiDependencies> = {}): Promise<Harness> {
  const dynamoDb = await startDynamoDb();
  const aws = await startAws();
  const options = {
    endpoint: aws.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const mediaConvert = new MediaConvertClient(options);
  const mediaLive = new MediaLiveClient(options);
  const rekognition = new RekognitionClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const sqs = new SQSClient(options);
  const clock = { now: Date.parse("2026-11-22T18:30:00.000Z") };
  const liveChannels = createLiveChannels({ mediaLive, now: () => clock.now });
  const catalogue = createCatalogue({ ...dynamoDb, now: () => clock.now });
  const log: Record<string, unknown>[] = [];

  const app = fastify({
    ...serverOptions,
    logger: { level: "error", stream: { write: (line: string) => void log.push(readLine(line)) } },
  });
  await app.register(api, {
    config,
    catalogue,
    exportJobs: async () => createExportJobs({ ...config.exports, client: mediaConvert }),
    liveChannels: async () => liveChannels,
    rekognition,
    s3,
    queue: createConversionQueue({ client: sqs, url: `${aws.url}/000000000000/convert` }),
    searchQueue: createSearchQueue({ client: sqs, url: `${aws.url}/000000000000/searches` }),
    ...more,
    webhookQueue: createWebhookQueue({ client: sqs, url: `${aws.url}/000000000000/webhooks` }),
    now: () => clock.now,
  });
  await app.ready();

  return {
    app,
    catalogue,
    aws,
    log,
    clock,
    async stop() {
      await app.close();
      for (const client of [mediaConvert, mediaLive, rekognition, s3, sqs]) client.destroy();
      await aws.stop();
      await dynamoDb.stop();
    },
  };
}

function readLine(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

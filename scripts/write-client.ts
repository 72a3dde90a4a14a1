import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createClient } from "@hey-api/openapi-ts";
import fastify from "fastify";
import { api, serverOptions } from "../api/app.ts";
import { createDemo } from "../api/demo.ts";
import { createExportJobs } from "../api/export-jobs.ts";
import { createLiveChannels } from "../api/live-channels.ts";
import { createCatalogue } from "../catalogue/index.ts";
import { createConversionQueue } from "../pipeline/conversion/queue.ts";
import { createSearchQueue } from "../pipeline/search/queue.ts";
import { createWebhookQueue } from "../pipeline/webhooks/queue.ts";

/** Generates the typed client of the API into a folder, which is emptied first. */
export async function writeClient(folder: string): Promise<void> {
  await createClient({
    input: await openApiDocument(),
    output: { path: folder, clean: true, module: { extension: ".ts" } },
    plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
    logs: { level: "silent" },
  });
}

/** The API's description of itself: nothing is called, so no service needs to be there. */
async function openApiDocument(): Promise<Record<string, unknown>> {
  const region = { region: "us-east-1" };
  const app = fastify(serverOptions);
  await app.register(api, {
    config: {
      vodBucket: "vod",
      webBucket: "web",
      collection: "people",
      adminTokenSha256: "0".repeat(64),
      channels: [],
      exports: { queueArn: "", roleArn: "" },
      searchOnRegistration: false,
      localWebhooks: false,
    },
    catalogue: createCatalogue({ client: DynamoDBDocumentClient.from(new DynamoDBClient(region)), table: "catalogue" }),
    exportJobs: async () => createExportJobs({ queueArn: "", roleArn: "" }),
    liveChannels: async () => createLiveChannels({ mediaLive: new MediaLiveClient(region) }),
    rekognition: new RekognitionClient(region),
    s3: new S3Client(region),
    queue: createConversionQueue({ client: new SQSClient(region), url: "https://sqs/convert" }),
    searchQueue: createSearchQueue({ client: new SQSClient(region), url: "https://sqs/searches" }),
    demo: createDemo({ functionName: "demo" }),
    webhookQueue: createWebhookQueue({ client: new SQSClient(region), url: "https://sqs/webhooks" }),
  });
  const { body } = await app.inject("/api/openapi.json");
  await app.close();
  return JSON.parse(body) as Record<string, unknown>;
}

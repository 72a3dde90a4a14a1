import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import awsLambdaFastify, { type PromiseHandler } from "@fastify/aws-lambda";
import fastify from "fastify";
import { createCatalogue } from "../catalogue/index.ts";
import { createConversionQueue } from "../pipeline/conversion/queue.ts";
import { createSearchQueue } from "../pipeline/search/queue.ts";
import { createWebhookQueue } from "../pipeline/webhooks/queue.ts";
import { api, serverOptions } from "./app.ts";
import { readConfig } from "./config.ts";
import { createDemo } from "./demo.ts";
import { distributionOnly } from "./distribution-only.ts";
import type { ExportJobs } from "./export-jobs.ts";
import { urlPath } from "./gateway-path.ts";
import type { LiveChannels } from "./live-channels.ts";
import { requestLog } from "./request-log.ts";

/** What is read here of API Gateway's event. */
interface GatewayEvent {
  rawPath: string;
  requestContext: { http: { method: string } };
}

const { table, queueUrl, searchQueueUrl, webhookQueueUrl, demoFunction, originSecretSha256, ...config } = readConfig(
  process.env,
);

// Loaded by the first call that needs them. All others start sooner without these clients.
let exportJobs: Promise<ExportJobs> | undefined;
async function openExportJobs(): Promise<ExportJobs> {
  const { createExportJobs } = await import("./export-jobs.ts");
  return createExportJobs(config.exports);
}
let liveChannels: Promise<LiveChannels> | undefined;
async function openLiveChannels(): Promise<LiveChannels> {
  const { createLiveChannels } = await import("./live-channels.ts");
  return createLiveChannels({});
}

/** The current invocation, for the log. An execution environment handles one at a time. */
let invocation = { function_request_id: "", cold_start: true };
const app = fastify({ ...serverOptions, ...requestLog(process.stdout, () => invocation) });
app.addHook("onRequest", distributionOnly(originSecretSha256));
const sqs = new SQSClient();
app.register(api, {
  config,
  catalogue: createCatalogue({
    client: DynamoDBDocumentClient.from(new DynamoDBClient(), { marshallOptions: { removeUndefinedValues: true } }),
    table,
  }),
  exportJobs: () => (exportJobs ??= openExportJobs()),
  liveChannels: () => (liveChannels ??= openLiveChannels()),
  rekognition: new RekognitionClient(),
  s3: new S3Client(),
  queue: createConversionQueue({ client: sqs, url: queueUrl }),
  searchQueue: createSearchQueue({ client: sqs, url: searchQueueUrl }),
  demo: demoFunction === undefined ? undefined : createDemo({ functionName: demoFunction }),
  webhookQueue: createWebhookQueue({ client: sqs, url: webhookQueueUrl }),
});

/** Repeated query parameters arrive joined by commas; the routes' schemas define which of them are lists. */
const answer: PromiseHandler<GatewayEvent> = awsLambdaFastify(app, {
  decorateRequest: false,
  parseCommaSeparatedQueryParams: false,
});

/** Handles API Gateway's HTTP API events (payload format 2.0). */
export const handler: typeof answer = async (event, context) => {
  invocation = { function_request_id: context.awsRequestId, cold_start: invocation.function_request_id === "" };
  return answer({ ...event, rawPath: urlPath(event.rawPath), requestContext: asGet(event.requestContext) }, context);
};

/**
 * HEAD is answered like GET, with the body: API Gateway sends the headers only, and takes `content-length` from the
 * body, not from the function's headers.
 */
function asGet(request: GatewayEvent["requestContext"]): GatewayEvent["requestContext"] {
  return request.http.method === "HEAD" ? { ...request, http: { ...request.http, method: "GET" } } : request;
}

// Compiled while Lambda initialises the function, which is not billed to a request's latency.
await app.ready();

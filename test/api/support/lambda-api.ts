import { createHash } from "node:crypto";
import { createCatalogue, type Catalogue } from "../../../catalogue/index.ts";
import { startAws, type TestAws } from "./aws.ts";
import { startDynamoDb, type TestDynamoDb } from "./dynamodb.ts";
import { config } from "./harness.ts";

/** What the function answers to API Gateway. */
export interface LambdaResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded?: boolean;
}

/** The API as its Lambda function runs it, on a DynamoDB of its own; the other services answer as the test plans. */
export interface LambdaApi {
  handle(event: unknown): Promise<LambdaResponse>;
  catalogue: Catalogue;
  /** The catalogue's table. */
  dynamoDb: TestDynamoDb;
  aws: TestAws;
  stop(): Promise<void>;
}

/** What the distribution sends to show who it is. */
export const originSecret = "only-the-distribution-sends-this";

/** What Lambda hands over beside the event. */
const context = {
  awsRequestId: "b7b1f0a0-3b1e-4c2f-9f57-1c5e2a7d4f11",
  callbackWaitsForEmptyEventLoop: true,
  functionName: "api",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:api",
  logGroupName: "/spotlight/test/api",
  logStreamName: "test",
  memoryLimitInMB: "512",
  getRemainingTimeInMillis: () => 10_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

type Handler = (event: unknown, invocation: typeof context) => Promise<LambdaResponse>;

function isModule(value: unknown): value is { handler: Handler } {
  return typeof value === "object" && value !== null && "handler" in value && typeof value.handler === "function";
}

let started = 0;

/** Loads the function with an environment of its own, as Lambda does once for each execution environment. */
export async function startLambdaApi(): Promise<LambdaApi> {
  const dynamoDb = await startDynamoDb();
  const aws = await startAws();
  const environment = process.env;
  process.env = {
    ...environment,
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    CATALOGUE_TABLE: dynamoDb.table,
    VOD_BUCKET: config.vodBucket,
    WEB_BUCKET: config.webBucket,
    COLLECTION_ID: config.collection,
    CONVERT_QUEUE_URL: `${aws.url}/000000000000/convert`,
    SEARCHES_QUEUE_URL: `${aws.url}/000000000000/searches`,
    SEARCH_ON_REGISTRATION: "false",
    WEBHOOK_QUEUE_URL: `${aws.url}/000000000000/webhooks`,
    LOCAL_WEBHOOKS: String(config.localWebhooks),
    EXPORT_QUEUE_ARN: config.exports.queueArn,
    EXPORT_ROLE_ARN: config.exports.roleArn,
    ADMIN_TOKEN_SHA256: config.adminTokenSha256,
    ORIGIN_SECRET_SHA256: createHash("sha256").update(originSecret).digest("hex"),
    CHANNELS: JSON.stringify(config.channels),
  };
  // A module of its own for each start: it reads the environment when it is loaded.
  const module: unknown = await import(new URL(`../../../api/lambda.ts?${++started}`, import.meta.url).href);
  if (!isModule(module)) throw new TypeError("api/lambda.ts exports no handler");
  return {
    handle: (event) => module.handler(event, context),
    catalogue: createCatalogue(dynamoDb),
    dynamoDb,
    aws,
    async stop() {
      process.env = environment;
      await aws.stop();
      await dynamoDb.stop();
    },
  };
}

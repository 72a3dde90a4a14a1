import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { MediaLiveClient } from "@aws-sdk/client-medialive";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import awsLambdaFastify from "@fastify/aws-lambda";
import fastify from "fastify";
import { createCatalogue } from "../catalogue/index.ts";
import { api, serverOptions } from "./app.ts";
import { readConfig } from "./config.ts";

const { table, ...config } = readConfig(process.env);

// Requests are in API Gateway's access log; this one is for what went wrong.
const app = fastify({ ...serverOptions, logger: { level: "warn", stream: process.stdout } });
app.register(api, {
  config,
  catalogue: createCatalogue({
    client: DynamoDBDocumentClient.from(new DynamoDBClient(), { marshallOptions: { removeUndefinedValues: true } }),
    table,
  }),
  mediaLive: new MediaLiveClient(),
  rekognition: new RekognitionClient(),
  s3: new S3Client(),
  sqs: new SQSClient(),
});

/**
 * Answers API Gateway's HTTP API events (payload format 2.0). Repeated query parameters arrive joined by commas; which of
 * them are lists is for the routes' schemas to say, so the adapter leaves them alone.
 */
export const handler = awsLambdaFastify(app, { decorateRequest: false, parseCommaSeparatedQueryParams: false });

// Compiled while Lambda initialises the function, which is not billed to a request's latency.
await app.ready();

import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { CreateTableCommand, DynamoDBClient, type ScalarAttributeType } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { tableSchema } from "../../../catalogue/index.ts";
import { urlOf } from "./http.ts";

/** DynamoDB on a free port, with an empty table of the catalogue's schema. */
export interface TestDynamoDb {
  client: DynamoDBDocumentClient;
  table: string;
  url: string;
  stop(): Promise<void>;
}

type Dynalite = (options: { createTableMs: number }) => Server;

/** dynalite has no types. */
function isDynalite(value: unknown): value is Dynalite {
  return typeof value === "function";
}

/** Starts DynamoDB with the catalogue's table. */
export async function startDynamoDb(): Promise<TestDynamoDb> {
  const dynalite: unknown = createRequire(import.meta.url)("dynalite");
  if (!isDynalite(dynalite)) throw new Error("dynalite exports no function");
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const url = urlOf(server);
  const table = "catalogue";
  const client = new DynamoDBClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: tableSchema.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: scalar(type),
      })),
      KeySchema: keys(tableSchema),
      GlobalSecondaryIndexes: tableSchema.globalSecondaryIndexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    table,
    url,
    async stop() {
      client.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function scalar(type: string): ScalarAttributeType {
  if (type === "S" || type === "N" || type === "B") return type;
  throw new Error(`There is no attribute type ${type}`);
}

function keys({
  hashKey,
  rangeKey,
}: {
  hashKey: string;
  rangeKey: string;
}): { AttributeName: string; KeyType: "HASH" | "RANGE" }[] {
  return [
    { AttributeName: hashKey, KeyType: "HASH" },
    { AttributeName: rangeKey, KeyType: "RANGE" },
  ];
}

import { once } from "node:events";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createCatalogue, tableSchema, type Catalogue } from "../../catalogue/index.ts";

/** A DynamoDB in memory; each table is empty and the test's own. */
export interface TestDatabase {
  /** A catalogue on a new table. `now` is its clock, in milliseconds since the epoch. */
  catalogue(now?: () => number): Promise<Catalogue>;
  /** A new table and the client that reaches it. */
  table(): Promise<{ client: DynamoDBDocumentClient; table: string }>;
  stop(): Promise<void>;
}

function isFactory(value: unknown): value is (options: { createTableMs: number }) => Server {
  return typeof value === "function";
}

/** Starts DynamoDB (dynalite, which has no types) on a free port. */
export async function startDatabase(): Promise<TestDatabase> {
  const factory: unknown = createRequire(import.meta.url)("dynalite");
  if (!isFactory(factory)) throw new TypeError("dynalite exports no function");
  const server = factory({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const plain = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const client = DynamoDBDocumentClient.from(plain);
  let tables = 0;

  const table: TestDatabase["table"] = async () => {
    const name = `catalogue-${tables++}`;
    const keys = ({
      hashKey,
      rangeKey,
    }: {
      hashKey: string;
      rangeKey: string;
    }): { AttributeName: string; KeyType: "HASH" | "RANGE" }[] => [
      { AttributeName: hashKey, KeyType: "HASH" },
      { AttributeName: rangeKey, KeyType: "RANGE" },
    ];
    await plain.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: tableSchema.attributes.map((attribute) => ({
          AttributeName: attribute.name,
          AttributeType: "S",
        })),
        KeySchema: keys(tableSchema),
        GlobalSecondaryIndexes: tableSchema.globalSecondaryIndexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keys(index),
          Projection: { ProjectionType: "ALL" },
        })),
      }),
    );
    await waitUntilTableExists({ client: plain, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.01 }, { TableName: name });
    return { client, table: name };
  };

  return {
    table,
    catalogue: async (now) => createCatalogue({ ...(await table()), ...(now !== undefined && { now }) }),
    async stop() {
      client.destroy();
      plain.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

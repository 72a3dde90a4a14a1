import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DescribeTableCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { createDynamoDb } from "../../../../local/aws/dynamodb/index.ts";
import { openDynamoEngine } from "../../../../local/aws/dynamodb/engine.ts";
import { expire } from "../../../../local/aws/dynamodb/expire.ts";
import { createGateway, type Gateway } from "../../../../local/aws/gateway.ts";
import { createIam } from "../../../../local/aws/iam/index.ts";
import type { ServiceModule } from "../../../../local/aws/cloud.ts";
import { createLog } from "../../../../local/log.ts";

const table = {
  attributes: ["pk", "sk", "gsi1pk"].map((name) => ({ name, type: "S" })),
  hashKey: "pk",
  rangeKey: "sk",
  globalSecondaryIndexes: [{ name: "gsi1", hashKey: "gsi1pk", rangeKey: "sk", projectionType: "ALL" }],
  billingMode: "PAY_PER_REQUEST",
  ttl: { attributeName: "expiresAt", enabled: true },
};

describe("the local DynamoDB", () => {
  const iam = createIam({ accountId: "000000000000", region: "us-east-1" });
  let dataFolder: string;
  let gateway: Gateway;
  let module: ServiceModule;

  async function open(): Promise<void> {
    gateway = await createGateway({ iam, log: createLog() });
    module = await createDynamoDb({
      region: "us-east-1",
      accountId: "000000000000",
      dataFolder,
      log: createLog(),
      iam,
    });
    gateway.register(module.api!);
    await provision("aws:dynamodb/table:Table", table);
  }
  async function close(): Promise<void> {
    await module.stop();
    await gateway.stop();
  }
  async function provision(
    type: string,
    inputs: Record<string, unknown>,
    prior?: { id: string; outputs: Record<string, unknown> },
  ) {
    const provider = module.resources.find((candidate) => candidate.type === type)!;
    return provider.apply({
      urn: type,
      name: "catalogue",
      inputs: type.endsWith("Table") ? { name: "catalogue", ...inputs } : inputs,
      ...(prior === undefined ? {} : { prior }),
    });
  }
  const client = (credentials = iam.ownerKey()) =>
    DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: gateway.url(), region: "us-east-1", credentials, maxAttempts: 1 }),
    );
  const TableName = "catalogue";

  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), "dynamodb-"));
    await open();
  });
  afterEach(async () => {
    await close();
    await rm(dataFolder, { recursive: true, force: true });
  });

  it("keeps items across a restart, by key and by index", async () => {
    await client().send(new PutCommand({ TableName, Item: { pk: "a", sk: "1", gsi1pk: "x", text: "Són +%é" } }));
    await client().send(
      new UpdateCommand({
        TableName,
        Key: { pk: "a", sk: "1" },
        UpdateExpression: "ADD #n :one",
        ExpressionAttributeNames: { "#n": "n" },
        ExpressionAttributeValues: { ":one": 1 },
      }),
    );
    await close();
    await open();
    const item = { pk: "a", sk: "1", gsi1pk: "x", text: "Són +%é", n: 1 };
    assert.deepEqual((await client().send(new GetCommand({ TableName, Key: { pk: "a", sk: "1" } }))).Item, item);
    const query = new QueryCommand({
      TableName,
      IndexName: "gsi1",
      KeyConditionExpression: "gsi1pk = :x",
      ExpressionAttributeValues: { ":x": "x" },
    });
    assert.deepEqual((await client().send(query)).Items, [item]);
  });

  it("rejects a write whose condition fails, and returns the item on request", async () => {
    const put = (text: string) =>
      client().send(
        new PutCommand({
          TableName,
          Item: { pk: "a", sk: "1", text },
          ConditionExpression: "attribute_not_exists(pk)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      );
    await put("first");
    await assert.rejects(
      put("second"),
      (error) =>
        error instanceof ConditionalCheckFailedException &&
        JSON.stringify(error.Item) === JSON.stringify({ pk: { S: "a" }, sk: { S: "1" }, text: { S: "first" } }),
    );
  });

  it("checks IAM for the table and, in queries, for the index", async () => {
    const role = iam.resources.find(({ type }) => type === "aws:iam/role:Role")!;
    const allow = async (statement: object) =>
      role.apply({
        urn: "r",
        name: "reader",
        inputs: {
          name: "reader",
          assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}',
          inlinePolicies: [
            {
              name: "p",
              policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }),
            },
          ],
        },
      });
    const { outputs } = await allow({
      Action: "dynamodb:Query",
      Resource: "arn:aws:dynamodb:us-east-1:000000000000:table/catalogue",
    });
    const reader = client(iam.credentials(String(outputs["arn"])));
    const query = (IndexName?: string) =>
      reader.send(
        new QueryCommand({
          TableName,
          IndexName,
          KeyConditionExpression: "#k = :x",
          ExpressionAttributeNames: { "#k": IndexName === undefined ? "pk" : "gsi1pk" },
          ExpressionAttributeValues: { ":x": "x" },
        }),
      );
    assert.deepEqual((await query()).Items, []);
    await assert.rejects(query("gsi1"), {
      name: "AccessDeniedException",
      message: /not authorized to perform: dynamodb:Query on resource: .*table\/catalogue\/index\/gsi1/,
    });
    await assert.rejects(reader.send(new DeleteCommand({ TableName, Key: { pk: "a", sk: "1" } })), {
      name: "AccessDeniedException",
    });
  });

  it("returns DynamoDB's own errors", async () => {
    await assert.rejects(client().send(new GetCommand({ TableName: "nothing", Key: { pk: "a" } })), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(client().send(new GetCommand({ TableName, Key: { pk: "a" } })), {
      name: "ValidationException",
    });
    await assert.rejects(
      client().send(new TransactWriteItemsCommand({ TransactItems: [] })),
      /dynamodb:TransactWriteItems is not supported by the local engine/,
    );
    assert.equal((await client().send(new DescribeTableCommand({ TableName }))).Table?.TableStatus, "ACTIVE");
  });

  it("refuses to change a table's keys", async () => {
    await assert.rejects(
      provision("aws:dynamodb/table:Table", {
        ...table,
        attributes: table.attributes.slice(0, 2),
        globalSecondaryIndexes: [],
      }),
      /has different keys or indexes/,
    );
  });

  it("writes a program's item once, and keeps later changes to it", async () => {
    const item = {
      tableName: "catalogue",
      hashKey: "pk",
      rangeKey: "sk",
      item: '{"pk":{"S":"PEOPLE"},"sk":{"S":"son"},"name":{"S":"Son"}}',
    };
    const state = await provision("aws:dynamodb/tableItem:TableItem", item);
    await client().send(new DeleteCommand({ TableName, Key: { pk: "PEOPLE", sk: "son" } }));
    await provision("aws:dynamodb/tableItem:TableItem", item, state);
    assert.equal(
      (await client().send(new GetCommand({ TableName, Key: { pk: "PEOPLE", sk: "son" } }))).Item,
      undefined,
    );
  });

  it("deletes expired items and no others", async () => {
    const now = 1_800_000_000;
    for (const [sk, expiresAt] of [
      ["over", now - 1],
      ["later", now + 1],
      ["never", undefined],
      ["text", "soon"],
    ] as const) {
      await client().send(
        new PutCommand({ TableName, Item: { pk: "a", sk, ...(expiresAt === undefined ? {} : { expiresAt }) } }),
      );
    }
    await close();
    const engine = await openDynamoEngine(join(dataFolder, "dynamodb"));
    assert.equal(await expire(engine, new Map([["catalogue", "expiresAt"]]), now * 1000), 1);
    await engine.close();
    await open();
    const { Items: items } = await client().send(
      new QueryCommand({ TableName, KeyConditionExpression: "pk = :a", ExpressionAttributeValues: { ":a": "a" } }),
    );
    assert.deepEqual(
      items?.map((item) => String(item["sk"])),
      ["later", "never", "text"],
    );
  });
});

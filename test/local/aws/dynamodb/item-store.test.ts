import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { openDynamoEngine, type Members, type OperationName } from "../../../../local/aws/dynamodb/engine.ts";
import { AwsError } from "../../../../local/aws/errors.ts";
import { eventually } from "../../../support/cloud.ts";
import { openDynalite } from "./dynalite.ts";

const TableName = "moments";
const table = {
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    ["pk", "S"],
    ["sk", "N"],
    ["at", "S"],
  ].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "gsi1",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    },
  ],
};

const key = fc.record({ pk: fc.constantFrom("a", "ä"), sk: fc.integer({ min: -3, max: 12 }) });
const keyOf = ({ pk, sk }: { pk: string; sk: number }): Members => ({ pk: { S: pk }, sk: { N: String(sk) } });
const at = fc.constantFrom("2026-11", "2026-11-22", "~", "é");

/** Reads and writes on few keys, so that they meet. */
const operation: fc.Arbitrary<[OperationName, Members]> = fc.oneof(
  fc.tuple(key, fc.option(at), fc.boolean()).map(([of, time, onlyNew]): [OperationName, Members] => [
    "PutItem",
    {
      TableName,
      Item: { ...keyOf(of), ...(time !== null && { at: { S: time } }) },
      ReturnValues: "ALL_OLD",
      ...(onlyNew && { ConditionExpression: "attribute_not_exists(pk)" }),
    },
  ]),
  fc.tuple(key, at).map(([of, time]): [OperationName, Members] => [
    "UpdateItem",
    {
      TableName,
      Key: keyOf(of),
      UpdateExpression: "SET #at = :at ADD seen :one",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":at": { S: time }, ":one": { N: "1" } },
      ReturnValues: "ALL_NEW",
    },
  ]),
  key.map((of): [OperationName, Members] => [
    "DeleteItem",
    { TableName, Key: keyOf(of), ReturnValues: "ALL_OLD", ConditionExpression: "attribute_exists(pk)" },
  ]),
  key.map((of): [OperationName, Members] => ["GetItem", { TableName, Key: keyOf(of), ConsistentRead: true }]),
  fc
    .tuple(fc.uniqueArray(key, { maxLength: 4, minLength: 1, selector: JSON.stringify }), at)
    .map(([all, time]): [OperationName, Members] => [
      "BatchWriteItem",
      {
        RequestItems: {
          [TableName]: all.map((of, index) =>
            index % 2 === 0
              ? { PutRequest: { Item: { ...keyOf(of), at: { S: time } } } }
              : { DeleteRequest: { Key: keyOf(of) } },
          ),
        },
      },
    ]),
  fc
    .tuple(key, fc.constantFrom("=", "<", "<=", ">", ">="), fc.boolean(), fc.option(fc.integer({ min: 1, max: 4 })))
    .map(([{ pk, sk }, comparison, forward, limit]): [OperationName, Members] => [
      "Query",
      {
        TableName,
        KeyConditionExpression: `pk = :pk AND sk ${comparison} :sk`,
        ExpressionAttributeValues: { ":pk": { S: pk }, ":sk": { N: String(sk) } },
        ScanIndexForward: forward,
        ...(limit !== null && { Limit: limit }),
      },
    ]),
  fc.tuple(key, at, fc.boolean()).map(([{ pk }, prefix, forward]): [OperationName, Members] => [
    "Query",
    {
      TableName,
      IndexName: "gsi1",
      KeyConditionExpression: "pk = :pk AND begins_with(#at, :at)",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":pk": { S: pk }, ":at": { S: prefix } },
      ScanIndexForward: forward,
    },
  ]),
  fc
    .option(fc.integer({ min: 1, max: 5 }))
    .map((limit): [OperationName, Members] => ["Scan", { TableName, ...(limit !== null && { Limit: limit }) }]),
);

/** What a call gives: its result or the name of its error. */
async function outcome(call: Promise<Members>): Promise<unknown> {
  try {
    return JSON.parse(JSON.stringify(await call)) as unknown;
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    const { body } = error as { body?: { __type: string } };
    if (body === undefined) throw error;
    return body.__type.split("#").at(-1);
  }
}

describe("the store of the local DynamoDB", () => {
  it("gives dynalite's actions the same results as dynalite's own store", async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40 }), async (calls) => {
        const folder = await mkdtemp(join(tmpdir(), "item-store-"));
        const engine = await openDynamoEngine(folder);
        const reference = openDynalite();
        try {
          for (const { run } of [engine, reference] as { run: (name: string, input: object) => Promise<Members> }[]) {
            await run("CreateTable", structuredClone(table));
            // A table becomes active in a later turn of the event loop.
            const isActive = async (): Promise<boolean> => {
              const { Table: made } = (await run("DescribeTable", { TableName })) as { Table: { TableStatus: string } };
              return made.TableStatus === "ACTIVE";
            };
            await eventually(async () => (await isActive()) || undefined, "the table");
          }
          for (const [name, input] of calls) {
            assert.deepEqual(
              await outcome(engine.run(name, structuredClone(input))),
              await outcome(reference.run(name, structuredClone(input))),
              JSON.stringify([name, input]),
            );
          }
        } finally {
          await engine.close();
          await reference.close();
          await rm(folder, { recursive: true });
        }
      }),
      { numRuns: 40 },
    );
  });
});

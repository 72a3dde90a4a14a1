import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDynamoEngine, type DynamoEngine, type Members } from "../../../../../local/aws/dynamodb/engine.ts";
import { expire } from "../../../../../local/aws/dynamodb/expire.ts";
import type { StreamRecord } from "../../../../../local/aws/dynamodb/streams/record.ts";
import { eventually } from "../../../../support/cloud.ts";

const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/moments/stream/2026-11-22T18:00:00.000";
const stream = { arn, keyNames: ["pk", "sk"] };
const table = {
  TableName: "moments",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["pk", "sk"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
};
const item = (sk: string, more: Members = {}): Members => ({ pk: { S: "a" }, sk: { S: sk }, ...more });

describe("the streams of local tables", () => {
  let folder: string;
  let engine: DynamoEngine;

  const put = (Item: Members): Promise<Members> => engine.run("PutItem", { TableName: "moments", Item });
  /** What is after the reader's position now. */
  async function read(reader = "tester"): Promise<readonly StreamRecord[]> {
    await engine.streams.open(arn, reader, "TRIM_HORIZON");
    return engine.streams.receive(arn, reader, { max: 1000, signal: AbortSignal.abort() });
  }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "streams-"));
    engine = await openDynamoEngine(folder);
    await engine.run("CreateTable", table);
    // It becomes active in a later turn of the event loop.
    await eventually(async () => {
      const { Table: made } = (await engine.run("DescribeTable", { TableName: "moments" })) as {
        Table: { TableStatus: string };
      };
      return made.TableStatus === "ACTIVE" || undefined;
    }, "the table");
    await engine.streams.enable("moments", stream);
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  it("record each write with the item before and after, in order, as Lambda hands it over", async () => {
    await put(item("1", { similarity: { N: "97" } }));
    await engine.run("UpdateItem", {
      TableName: "moments",
      Key: item("1"),
      UpdateExpression: "SET similarity = :better",
      ExpressionAttributeValues: { ":better": { N: "98" } },
    });
    await engine.run("DeleteItem", { TableName: "moments", Key: item("1") });
    const records = await read();
    assert.deepEqual(
      records.map(({ eventName, dynamodb }) => [eventName, dynamodb.OldImage, dynamodb.NewImage]),
      [
        ["INSERT", undefined, item("1", { similarity: { N: "97" } })],
        ["MODIFY", item("1", { similarity: { N: "97" } }), item("1", { similarity: { N: "98" } })],
        ["REMOVE", item("1", { similarity: { N: "98" } }), undefined],
      ],
    );
    const { eventID, dynamodb, ...rest } = records[0]!;
    assert.match(eventID, /^[0-9a-f]{32}$/);
    assert.deepEqual(rest, {
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: arn,
    });
    assert.deepEqual(dynamodb.Keys, item("1"));
    assert.equal(dynamodb.StreamViewType, "NEW_AND_OLD_IMAGES");
    assert.ok(Math.abs(dynamodb.ApproximateCreationDateTime - Date.now() / 1000) < 10);
    const numbers = records.map((record) => record.dynamodb.SequenceNumber);
    assert.deepEqual(numbers, [...new Set(numbers)].sort());
  });

  it("record batches, and nothing of a write that changes nothing", async () => {
    await put(item("1"));
    await put(item("1"));
    await engine.run("DeleteItem", { TableName: "moments", Key: item("2") });
    await engine.run("BatchWriteItem", {
      RequestItems: {
        moments: [{ PutRequest: { Item: item("3") } }, { DeleteRequest: { Key: item("1") } }],
      },
    });
    const records = await read();
    assert.deepEqual(records.map(({ eventName }) => eventName).sort(), ["INSERT", "INSERT", "REMOVE"]);
  });

  it("name DynamoDB as who removes an expired item", async () => {
    await put(item("1", { expiresAt: { N: "1800000000" } }));
    await expire(engine, new Map([["moments", "expiresAt"]]), 1_800_000_001_000);
    const [inserted, removed] = await read();
    assert.equal(inserted?.userIdentity, undefined);
    assert.deepEqual(removed?.userIdentity, { type: "Service", principalId: "dynamodb.amazonaws.com" });
  });

  it("hand a record to a waiting reader when it is written", async () => {
    await engine.streams.open(arn, "waiting", "LATEST");
    const found = engine.streams.receive(arn, "waiting", { max: 10, signal: new AbortController().signal });
    await put(item("1"));
    assert.equal((await found).length, 1);
  });

  it("lose no record to a reader that reads while many are written", async () => {
    const abort = new AbortController();
    await engine.streams.open(arn, "greedy", "TRIM_HORIZON");
    const seen: string[] = [];
    const reading = (async () => {
      while (seen.length < 500) {
        const records = await engine.streams.receive(arn, "greedy", { max: 7, signal: abort.signal });
        seen.push(...records.map(({ dynamodb }) => JSON.stringify(dynamodb.Keys["sk"])));
        await engine.streams.advance(arn, "greedy", records.at(-1)!.dynamodb.SequenceNumber);
      }
    })();
    const written = Array.from({ length: 500 }, (_, at) => String(at));
    await Promise.all(written.map((sk) => put(item(sk))));
    await reading;
    assert.deepEqual(seen.sort(), written.map((sk) => JSON.stringify({ S: sk })).sort());
  });

  it("keep a record until every reader is past it, and no longer than a day", async () => {
    await put(item("1"));
    await put(item("2"));
    const [first, second] = await read("slow");
    await engine.streams.open(arn, "quick", "TRIM_HORIZON");
    await engine.streams.advance(arn, "quick", second!.dynamodb.SequenceNumber);
    assert.equal((await read("late")).length, 2);
    await engine.streams.close(arn, "late");
    await engine.streams.advance(arn, "slow", first!.dynamodb.SequenceNumber);
    assert.deepEqual((await read("after")).length, 1);
    await engine.streams.trim(Date.now() + 86_400_000 + 1000);
    assert.deepEqual(await read("tomorrow"), []);
  });

  it("continue where a reader was, with later numbers, after a restart", async () => {
    await put(item("1"));
    const [record] = await read();
    await engine.streams.advance(arn, "tester", record!.dynamodb.SequenceNumber);
    await put(item("2"));
    await engine.close();
    engine = await openDynamoEngine(folder);
    await engine.streams.enable("moments", stream);
    await put(item("3"));
    assert.deepEqual(
      (await read()).map(({ dynamodb }) => dynamodb.Keys["sk"]),
      [{ S: "2" }, { S: "3" }],
    );
  });

  it("never have an item without its record, or a record without its item, after a SIGKILL", async () => {
    await engine.close();
    const writer = spawn(process.execPath, [join(import.meta.dirname, "writer.ts"), folder, arn], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(writer.stdout, "data");
    writer.kill("SIGKILL");
    await once(writer, "exit");
    engine = await openDynamoEngine(folder);
    await engine.streams.enable("moments", stream);
    const { Items: items } = (await engine.run("Scan", { TableName: "moments" })) as { Items: { sk: { S: string } }[] };
    const recorded = (await read()).map(({ dynamodb }) => (dynamodb.Keys["sk"] as { S: string }).S);
    assert.ok(items.length >= 200);
    assert.deepEqual(recorded.sort(), items.map(({ sk }) => sk.S).sort());
  });

  it("refuse a stream that does not exist", async () => {
    await assert.rejects(engine.streams.open(`${arn}9`, "tester", "LATEST"), {
      code: "ResourceNotFoundException",
      message: `Requested resource not found: Stream: ${arn}9 not found`,
    });
  });
});

import assert from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Properties } from "../../../../../local/engine/provider.ts";
import { createTestCloud, eventually, type Known, type TestCloud } from "../../../../support/cloud.ts";
import { deploy, invoker } from "../support.ts";

const everything = [{ Effect: "Allow", Action: ["dynamodb:*", "sqs:*"], Resource: "*" }];

/** Logs what it gets, and fails as the items say. */
const source = `export const handler = async ({ Records: records }) => {
  const items = records.map((record) => record.dynamodb.NewImage.sk.S);
  console.log("got", items.join(","), Date.now());
  if (items.includes("poison")) throw new Error("poison");
  const failed = records.find((record) => record.dynamodb.NewImage.sk.S === "again" && !globalThis.seen);
  if (failed) globalThis.seen = true;
  return { batchItemFailures: failed ? [{ itemIdentifier: failed.dynamodb.SequenceNumber }] : [] };
};`;

interface Fed {
  streamArn: string;
  put: (...sks: string[]) => Promise<void>;
  /** The items of each invocation. */
  got: () => string[];
}

describe("lambda: a table's stream that feeds a function", () => {
  let cloud: TestCloud;
  let documents: DynamoDBDocumentClient;

  async function connect(options: Parameters<typeof createTestCloud>[0] = {}): Promise<void> {
    cloud = await createTestCloud({ lambda: { problemRetryMs: 20, retryDelayMs: 5 }, ...options });
    const role = await cloud.role("tester", "ec2.amazonaws.com", everything);
    documents = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.clientOf(role)));
  }

  /** A table whose stream feeds a function. */
  async function feed(name: string, mapping: Properties = {}, granted = true): Promise<Fed> {
    const { outputs } = await cloud.apply("aws:dynamodb/table:Table", name, {
      name,
      attributes: ["pk", "sk"].map((key) => ({ name: key, type: "S" })),
      hashKey: "pk",
      rangeKey: "sk",
      billingMode: "PAY_PER_REQUEST",
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
    });
    const streamArn = String(outputs["streamArn"]);
    const fn = await deploy(cloud, `${name}-fn`, source, {}, granted ? reading(streamArn) : []);
    await cloud.apply("aws:lambda/eventSourceMapping:EventSourceMapping", name, {
      eventSourceArn: streamArn,
      functionName: fn.arn,
      startingPosition: "TRIM_HORIZON",
      ...mapping,
    });
    return {
      streamArn,
      async put(...sks) {
        for (const sk of sks) await documents.send(new PutCommand({ TableName: name, Item: { pk: "a", sk } }));
      },
      got: () => cloud.log.lines.filter((line) => line.startsWith("info got ")).map((line) => line.split(" ")[2] ?? ""),
    };
  }

  const reading = (streamArn: string): object[] => [
    {
      Effect: "Allow",
      Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      Resource: streamArn,
    },
    { Effect: "Allow", Action: ["dynamodb:ListStreams", "sqs:SendMessage"], Resource: "*" },
  ];

  beforeEach(() => connect());
  afterEach(async () => {
    documents.destroy();
    await cloud.stop();
  });

  it("invokes it within milliseconds of a write, in order, and passes over what the filter does", async () => {
    const pattern = JSON.stringify({ dynamodb: { Keys: { sk: { S: [{ prefix: "clip-" }] } } } });
    const { put, got } = await feed("moments", { filterCriteria: { filters: [{ pattern }] } });
    await cloud.start();
    // The first invocation starts a worker.
    await put("clip-0", "state");
    await eventually(() => got()[0], "the first invocation");
    const latencies: number[] = [];
    for (const sk of ["clip-1", "clip-2", "clip-3"]) {
      const line = (): string | undefined => cloud.log.lines.find((text) => text.startsWith(`info got ${sk} `));
      await put(sk);
      const writtenMs = Date.now();
      latencies.push(Number((await eventually(line, sk)).split(" ")[3]) - writtenMs);
    }
    assert.deepEqual(got(), ["clip-0", "clip-1", "clip-2", "clip-3"]);
    assert.ok(Math.min(...latencies) <= 50, `${latencies.join(", ")} ms`);
  });

  it("sends again from the first record that it reports as failed, and not what came before", async () => {
    const { put, got } = await feed("moments", { functionResponseTypes: ["ReportBatchItemFailures"] });
    await put("1", "again", "3");
    await cloud.start();
    assert.deepEqual(await eventually(() => (got().length === 2 ? got() : undefined), "both invocations"), [
      "1,again,3",
      "again,3",
    ]);
  });

  it("halves a batch that fails until the bad record is alone, and tells the queue where that one is", async () => {
    const queue = await cloud.apply("aws:sqs/queue:Queue", "failed", { name: "failed" });
    const { put, got, streamArn } = await feed("moments", {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destinationArn: queue.outputs["arn"] } },
    });
    await put("1", "2", "poison", "4");
    await cloud.start();
    await eventually(() => got().at(-1) === "4" || undefined, "the last record");
    assert.deepEqual(got(), ["1,2,poison,4", "1,2", "poison,4", "poison", "poison", "4"]);
    const sqs = new SQSClient(cloud.clientOf(await cloud.role("reader", "ec2.amazonaws.com", everything)));
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: String(queue.outputs["url"]), WaitTimeSeconds: 5 }),
    );
    sqs.destroy();
    const body = JSON.parse(messages[0]?.Body ?? "{}") as {
      requestContext: Record<string, unknown>;
      DDBStreamBatchInfo: Record<string, unknown>;
    };
    assert.equal(body.requestContext["condition"], "RetryAttemptsExhausted");
    assert.equal(body.requestContext["approximateInvokeCount"], 2);
    assert.equal(body.DDBStreamBatchInfo["batchSize"], 1);
    assert.equal(body.DDBStreamBatchInfo["streamArn"], streamArn);
    assert.equal(body.DDBStreamBatchInfo["startSequenceNumber"], body.DDBStreamBatchInfo["endSequenceNumber"]);
  });

  it("continues after a restart with what was not read", async () => {
    const states = new Map<string, Known>();
    documents.destroy();
    await cloud.stop();
    await connect({ states });
    const first = await feed("moments");
    await cloud.start();
    await first.put("1");
    await eventually(() => first.got()[0], "the first invocation");
    documents.destroy();
    await cloud.stop({ keep: true });
    await connect({ states, dataFolder: cloud.dataFolder });
    const second = await feed("moments");
    await second.put("2");
    await cloud.start();
    await eventually(() => second.got().includes("2") || undefined, "the second invocation");
    assert.deepEqual(second.got(), ["2"]);
  });

  it("reads nothing without the permissions, and says so", async () => {
    const { put, got } = await feed("moments", {}, false);
    await put("1");
    await cloud.start();
    const lambda = new LambdaClient(cloud.clientOf(await invoker(cloud)));
    const result = await eventually(async () => {
      const { EventSourceMappings: [mapping] = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
      return mapping?.LastProcessingResult?.startsWith("PROBLEM") === true ? mapping.LastProcessingResult : undefined;
    }, "the problem");
    lambda.destroy();
    assert.match(result, /not authorized to perform: dynamodb:DescribeStream/);
    assert.deepEqual(got(), []);
  });

  it("refuses what DynamoDB streams and queues can't have", async () => {
    await assert.rejects(feed("position", { startingPosition: "AT_TIMESTAMP" }), {
      message: "The starting position AT_TIMESTAMP is not TRIM_HORIZON or LATEST, as a DynamoDB stream needs.",
    });
    await assert.rejects(feed("scaling", { scalingConfig: { maximumConcurrency: 2 } }), /scalingConfig can't be set/);
    await assert.rejects(feed("record-age", { maximumRecordAgeInSeconds: 30 }), /must be -1 or at least 60/);
  });
});

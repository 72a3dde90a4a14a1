import assert from "node:assert/strict";
import { LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createTestCloud, eventually, type Known, type TestCloud } from "../../../../support/cloud.ts";
import type { Properties } from "../../../../../local/engine/provider.ts";
import { deploy, invoker } from "../support.ts";

const polling = (queueArn: string) => [
  {
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: queueArn,
  },
];

interface Fed {
  arn: string;
  url: string;
  deadUrl: string;
}

/** A queue with a dead-letter queue that feeds a function made of `source`. */
async function feed(
  cloud: TestCloud,
  name: string,
  source: string,
  options: { mapping?: Properties; queue?: Properties; fn?: Properties; granted?: boolean } = {},
): Promise<Fed> {
  const dead = await cloud.apply("aws:sqs/queue:Queue", `${name}-dead`, { name: `${name}-dead` });
  const queue = await cloud.apply("aws:sqs/queue:Queue", name, {
    name,
    visibilityTimeoutSeconds: 1,
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.outputs["arn"], maxReceiveCount: 2 }),
    ...options.queue,
  });
  const arn = String(queue.outputs["arn"]);
  const fn = await deploy(
    cloud,
    name,
    source,
    { timeout: 1, ...options.fn },
    options.granted === false ? [] : polling(arn),
  );
  await cloud.apply("aws:lambda/eventSourceMapping:EventSourceMapping", name, {
    eventSourceArn: arn,
    functionName: fn.arn,
    ...options.mapping,
  });
  return { arn, url: String(queue.outputs["url"]), deadUrl: String(dead.outputs["url"]) };
}

const everything = [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }];

describe("lambda: a queue that feeds a function", () => {
  let cloud: TestCloud;
  let sqs: SQSClient;
  let plain: Fed, partial: Fed, throwing: Fed, senseless: Fed, forbidden: Fed, gathering: Fed;

  before(async () => {
    cloud = await createTestCloud({ lambda: { problemRetryMs: 50 } });
    sqs = new SQSClient(cloud.clientOf(await cloud.role("tester", "ec2.amazonaws.com", everything)));
    plain = await feed(
      cloud,
      "plain",
      "export const handler = async (event) => console.log('record', JSON.stringify(event.Records[0]));",
    );
    partial = await feed(
      cloud,
      "partial",
      "export const handler = async (event) => ({ batchItemFailures: event.Records.filter((r) => " +
        "r.body === 'bad').map((r) => ({ itemIdentifier: r.messageId })) });",
      {
        mapping: { functionResponseTypes: ["ReportBatchItemFailures"] },
      },
    );
    throwing = await feed(
      cloud,
      "throwing",
      "export const handler = async (event) => { console.log('throwing on', " +
        "event.Records[0].attributes.ApproximateReceiveCount); throw new Error('no'); };",
    );
    senseless = await feed(
      cloud,
      "senseless",
      "export const handler = async () => ({ batchItemFailures: [{ itemIdentifier: 'nobody' }] });",
      { mapping: { functionResponseTypes: ["ReportBatchItemFailures"] } },
    );
    forbidden = await feed(cloud, "forbidden", "export const handler = async () => console.log('forbidden ran');", {
      granted: false,
    });
    gathering = await feed(
      cloud,
      "gathering",
      "export const handler = async (event) => console.log('gathered', event.Records.length);",
      { mapping: { batchSize: 12, maximumBatchingWindowInSeconds: 5 } },
    );
    await cloud.start();
  });
  after(async () => {
    sqs.destroy();
    await cloud.stop();
  });

  const send = (queue: Fed, body: string, extra: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, ...extra }));
  const left = async (url: string): Promise<number> => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }));
    return (
      Number(Attributes?.["ApproximateNumberOfMessages"]) +
      Number(Attributes?.["ApproximateNumberOfMessagesNotVisible"])
    );
  };
  const emptied = (url: string) =>
    eventually(async () => ((await left(url)) === 0 ? true : undefined), "the queue's emptying");
  const receive = async (QueueUrl: string) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 8, MessageSystemAttributeNames: ["All"] })))
      .Messages?.[0];

  it("passes records in AWS's form and deletes those that succeed", async () => {
    const sent = await send(plain, "hello", {
      MessageAttributes: { kind: { DataType: "String", StringValue: "greeting" } },
    });
    const line = await eventually(
      () => cloud.log.lines.find((entry) => entry.startsWith("info record ")),
      "the invocation",
    );
    const record = JSON.parse(line.slice("info record ".length)) as Record<string, unknown> & {
      attributes: Record<string, string>;
    };
    const { attributes, receiptHandle, ...rest } = record;
    assert.deepEqual(rest, {
      messageId: sent.MessageId,
      body: "hello",
      messageAttributes: {
        kind: { stringValue: "greeting", stringListValues: [], binaryListValues: [], dataType: "String" },
      },
      md5OfMessageAttributes: sent.MD5OfMessageAttributes,
      md5OfBody: sent.MD5OfMessageBody,
      eventSource: "aws:sqs",
      eventSourceARN: plain.arn,
      awsRegion: "us-east-1",
    });
    assert.equal(typeof receiptHandle, "string");
    assert.deepEqual(Object.keys(attributes).sort(), [
      "ApproximateFirstReceiveTimestamp",
      "ApproximateReceiveCount",
      "SenderId",
      "SentTimestamp",
    ]);
    assert.equal(attributes["ApproximateReceiveCount"], "1");
    await emptied(plain.url);
  });

  it("retries only the reported failures of a batch, then moves them to the dead-letter queue", async () => {
    await Promise.all([send(partial, "good"), send(partial, "bad"), send(partial, "good too")]);
    const dead = await receive(partial.deadUrl);
    assert.equal(dead?.Body, "bad");
    assert.equal(dead.Attributes?.["DeadLetterQueueSourceArn"], partial.arn);
    assert.equal(await left(partial.url), 0);
  });

  it("retries a failed batch after the visibility timeout, up to the redrive policy's limit", async () => {
    const began = Date.now();
    await send(throwing, "x");
    assert.equal((await receive(throwing.deadUrl))?.Body, "x");
    // On a busy machine, the first attempt's line can come after the second's, which runs in another worker.
    assert.deepEqual(cloud.log.lines.filter((line) => line.startsWith("info throwing on")).sort(), [
      "info throwing on 1",
      "info throwing on 2",
    ]);
    assert.ok(Date.now() - began >= 2000, "two visibility timeouts of 1 s passed");
  });

  it("treats an invalid response as a failure of the whole batch", async () => {
    await send(senseless, "y");
    assert.equal((await receive(senseless.deadUrl))?.Body, "y");
  });

  it("gathers a batch larger than one receive within its batching window", async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => send(gathering, String(i))));
    await eventually(() => (cloud.log.lines.includes("info gathered 12") ? true : undefined), "the batch of 12");
    await emptied(gathering.url);
  });

  it("does not poll without permission, and names the missing grant", async () => {
    await send(forbidden, "z");
    const line = await eventually(
      () => cloud.log.lines.find((entry) => entry.startsWith("error forbidden cannot receive")),
      "the complaint",
    );
    assert.ok(
      line.includes(
        "forbidden-role is not authorized to perform: sqs:ReceiveMessage on resource: " +
          "arn:aws:sqs:us-east-1:000000000000:forbidden",
      ),
      line,
    );
    const lambda = new LambdaClient(cloud.clientOf(await invoker(cloud)));
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: "forbidden" }),
    );
    lambda.destroy();
    assert.match(EventSourceMappings[0]?.LastProcessingResult ?? "", /^PROBLEM: User: .*sqs:ReceiveMessage/);
    assert.equal(await left(forbidden.url), 1);
    assert.ok(!cloud.log.lines.includes("info forbidden ran"));
    // Once granted, it resumes automatically.
    await cloud.apply("aws:iam/rolePolicy:RolePolicy", "late", {
      role: "forbidden-role",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: polling(forbidden.arn) }),
    });
    await emptied(forbidden.url);
    assert.ok(cloud.log.lines.includes("info forbidden ran"));
  });

  it("rejects a visibility timeout below the function's timeout and a large batch without a window", async () => {
    await assert.rejects(feed(cloud, "short", "export const handler = async () => 1;", { fn: { timeout: 2 } }), {
      code: "InvalidParameterValueException",
      message: "Queue visibility timeout: 1 seconds is less than Function timeout: 2 seconds",
    });
    await assert.rejects(feed(cloud, "wide", "export const handler = async () => 1;", { mapping: { batchSize: 11 } }), {
      code: "InvalidParameterValueException",
    });
  });
});

describe("lambda: a queue that feeds a function, across a restart", () => {
  it("returns interrupted messages to the queue when it stops, without counting the receipt", async () => {
    const states = new Map<string, Known>();
    const source =
      "export const handler = async (event) => { const [record] = event.Records; " +
      "console.log('attempt', record.attributes.ApproximateReceiveCount); if (!process.env.FAST) " +
      "await new Promise((r) => setTimeout(r, 60_000)); };";
    const queue = { visibilityTimeoutSeconds: 600 };
    const first = await createTestCloud({ states });
    const { arn } = await feed(first, "interrupted", source, { queue, fn: { timeout: 90 } });
    await first.start();
    await first.queues.send(arn, "work", { kind: "engine" });
    await eventually(() => (first.log.lines.includes("info attempt 1") ? true : undefined), "the first attempt");
    const began = Date.now();
    await first.stop({ keep: true });
    assert.ok(Date.now() - began < 3000, "a stop takes less than 3 s");
    const second = await createTestCloud({ states, dataFolder: first.dataFolder });
    await feed(second, "interrupted", source, {
      queue,
      fn: { timeout: 90, environment: { variables: { FAST: "1" } } },
    });
    await second.start();
    await eventually(
      () => (second.log.lines.includes("info attempt 1") ? true : undefined),
      "the attempt after the restart",
    );
    await second.stop();
  });
});

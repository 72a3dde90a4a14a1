import assert from "node:assert/strict";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type ReceiveMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";
import type { Properties } from "../../../../local/engine/provider.ts";

describe("sqs", () => {
  let cloud: TestCloud;
  let sqs: SQSClient;

  before(async () => {
    cloud = await createTestCloud();
    sqs = new SQSClient(
      cloud.clientOf(
        await cloud.role("tester", "ec2.amazonaws.com", [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }]),
      ),
    );
    await cloud.start();
  });
  after(async () => {
    sqs.destroy();
    await cloud.stop();
  });

  const create = async (name: string, inputs: Properties = {}): Promise<{ url: string; arn: string }> => {
    const { outputs } = await cloud.apply("aws:sqs/queue:Queue", name, { name, ...inputs });
    return { url: String(outputs["url"]), arn: String(outputs["arn"]) };
  };
  const send = (QueueUrl: string, MessageBody: string, extra: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...extra }));
  const receive = async (QueueUrl: string, extra: Partial<ReceiveMessageCommandInput> = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...extra }))).Messages ?? [];
  const attributes = async (QueueUrl: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))).Attributes ?? {};

  it("delivers a message with its attributes; the SDK checks the MD5s", async () => {
    const { url } = await create("plain");
    const MessageAttributes = {
      word: { DataType: "String", StringValue: "ü" },
      number: { DataType: "Number.int", StringValue: "7" },
      bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 1, 255]) },
    };
    const sent = await send(url, "héllo", { MessageAttributes });
    const [message] = await receive(url, { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All"] });
    assert.equal(message?.Body, "héllo");
    assert.equal(message.MessageId, sent.MessageId);
    assert.equal(message.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
    assert.equal(message.MessageAttributes?.["number"]?.StringValue, "7");
    assert.deepEqual(Buffer.from(message.MessageAttributes["bytes"]?.BinaryValue ?? []), Buffer.from([0, 1, 255]));
    assert.deepEqual(Object.keys(message.Attributes ?? {}).sort(), [
      "ApproximateFirstReceiveTimestamp",
      "ApproximateReceiveCount",
      "SenderId",
      "SentTimestamp",
    ]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    assert.equal((await attributes(url))["ApproximateNumberOfMessagesNotVisible"], "0");
  });

  it("hides a received message until its visibility timeout, then delivers it with a new receipt", async () => {
    const { url } = await create("hiding", { visibilityTimeoutSeconds: 1 });
    await send(url, "x");
    const [first] = await receive(url);
    assert.deepEqual(await receive(url), []);
    const [second] = await receive(url, {
      WaitTimeSeconds: 5,
      MessageSystemAttributeNames: ["ApproximateReceiveCount"],
    });
    assert.equal(second?.Attributes?.["ApproximateReceiveCount"], "2");
    assert.notEqual(second.ReceiptHandle, first?.ReceiptHandle);
    // The first receipt is outdated: deleting with it succeeds but deletes nothing.
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    assert.equal((await attributes(url))["ApproximateNumberOfMessagesNotVisible"], "1");
  });

  it("changes a message's visibility, down to zero", async () => {
    const { url } = await create("changing", { visibilityTimeoutSeconds: 600 });
    await send(url, "x");
    const [message] = await receive(url);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    assert.equal((await receive(url)).length, 1);
    await assert.rejects(
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout: 9,
        }),
      ),
      { name: "InvalidParameterValue" },
    );
    await assert.rejects(sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: "nonsense" })), {
      name: "ReceiptHandleIsInvalid",
    });
  });

  it("ends a long poll when a message arrives, or empty after its wait time", async () => {
    const { url } = await create("waiting");
    const waiting = receive(url, { WaitTimeSeconds: 20 });
    await send(url, "now");
    assert.equal((await waiting)[0]?.Body, "now");
    assert.deepEqual(await receive(url, { WaitTimeSeconds: 1 }), []);
  });

  it("delays messages by the queue's or their own setting", async () => {
    const { url } = await create("delaying", { delaySeconds: 1 });
    await send(url, "late");
    await send(url, "at once", { DelaySeconds: 0 });
    assert.equal((await attributes(url))["ApproximateNumberOfMessagesDelayed"], "1");
    assert.equal((await receive(url))[0]?.Body, "at once");
    assert.equal((await receive(url, { WaitTimeSeconds: 5 }))[0]?.Body, "late");
  });

  it("moves messages received too often to the dead-letter queue, and back with a move task", async () => {
    const dead = await create("dead");
    const { url, arn } = await create("failing", {
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 }),
      visibilityTimeoutSeconds: 0,
    });
    await send(url, "poison");
    assert.equal((await receive(url)).length, 1);
    assert.deepEqual(await receive(url, { WaitTimeSeconds: 1 }), []);
    const [message] = await receive(dead.url, {
      VisibilityTimeout: 0,
      MessageSystemAttributeNames: ["DeadLetterQueueSourceArn"],
    });
    assert.equal(message?.Body, "poison");
    assert.equal(message.Attributes?.["DeadLetterQueueSourceArn"], arn);
    await receive(dead.url, { VisibilityTimeout: 0, WaitTimeSeconds: 1 });
    await assert.rejects(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arn })), {
      name: "InvalidParameterValue",
    });
    const visible = async () => (await attributes(dead.url))["ApproximateNumberOfMessages"];
    while ((await visible()) !== "1") await receive(dead.url, { VisibilityTimeout: 0 });
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    assert.equal((await attributes(url))["ApproximateNumberOfMessages"], "1");
    assert.equal(await visible(), "0");
  });

  it("sends and deletes batches, with a result for each entry", async () => {
    const { url } = await create("batching", { maxMessageSize: 1024 });
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: "a", MessageBody: "1" },
          { Id: "b", MessageBody: "x".repeat(1025) },
          { Id: "c", MessageBody: "3" },
        ],
      }),
    );
    assert.deepEqual(
      sent.Successful?.map(({ Id }) => Id),
      ["a", "c"],
    );
    assert.deepEqual(
      sent.Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
      [["b", "InvalidParameterValue", true]],
    );
    const messages = await receive(url, { MaxNumberOfMessages: 10 });
    assert.equal(messages.length, 2);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map((message, i) => ({ Id: String(i), ReceiptHandle: message.ReceiptHandle })),
      }),
    );
    assert.deepEqual(
      deleted.Successful?.map(({ Id }) => Id),
      ["0", "1"],
    );
    const batch = (Entries: { Id: string; MessageBody: string }[]) =>
      sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    await assert.rejects(batch([]), { name: "EmptyBatchRequest" });
    await assert.rejects(
      batch([
        { Id: "a", MessageBody: "1" },
        { Id: "a", MessageBody: "2" },
      ]),
      { name: "BatchEntryIdsNotDistinct" },
    );
    await assert.rejects(batch(Array.from({ length: 11 }, (_, i) => ({ Id: String(i), MessageBody: "1" }))), {
      name: "TooManyEntriesInBatchRequest",
    });
    await assert.rejects(batch([{ Id: "not valid", MessageBody: "1" }]), { name: "InvalidBatchEntryId" });
  });

  it("accepts messages up to 1 MiB and rejects larger ones and invalid characters", async () => {
    const { url } = await create("large", { maxMessageSize: 1_048_576 });
    await send(url, "x".repeat(1_048_576));
    await assert.rejects(send(url, "x".repeat(1_048_577)), { name: "InvalidParameterValue" });
    await assert.rejects(send(url, "\u0001"), { name: "InvalidMessageContents" });
    await send(url, "\u{1F600}");
  });

  it("lists and finds queues, and reports unknown queues with SQS's former error code", async () => {
    const { url, arn } = await create("named");
    assert.equal(url, `${cloud.url}/000000000000/named`);
    assert.equal((await sqs.send(new GetQueueUrlCommand({ QueueName: "named" }))).QueueUrl, url);
    assert.ok((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: "nam" }))).QueueUrls?.includes(url));
    assert.equal((await attributes(url))["QueueArn"], arn);
    await assert.rejects(
      sqs.send(new GetQueueUrlCommand({ QueueName: "nobody" })),
      (cause: Error & { Error?: { Code?: string } }) =>
        cause.name === "QueueDoesNotExist" && cause.Error?.Code === "AWS.SimpleQueueService.NonExistentQueue",
    );
  });

  it("purges a queue at most once a minute", async () => {
    const { url } = await create("purged");
    await send(url, "x");
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    assert.deepEqual(await receive(url), []);
    await assert.rejects(sqs.send(new PurgeQueueCommand({ QueueUrl: url })), { name: "PurgeQueueInProgress" });
  });

  it("denies a role everything that its policies don't allow", async () => {
    const { url, arn } = await create("guarded");
    const sender = new SQSClient(
      cloud.clientOf(
        await cloud.role("sender", "ec2.amazonaws.com", [
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: arn },
        ]),
      ),
    );
    await sender.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "x" }));
    await assert.rejects(
      sender.send(new ReceiveMessageCommand({ QueueUrl: url })),
      (cause: Error) => cause.name === "AccessDenied" && cause.message.includes("sqs:ReceiveMessage"),
    );
    sender.destroy();
  });

  it("allows a service to send only if the queue's policy grants it for that source", async () => {
    const { url, arn } = await create("from-topic");
    const topic = {
      kind: "service",
      service: "sns.amazonaws.com",
      sourceArn: "arn:aws:sns:us-east-1:000000000000:faces",
    } as const;
    await assert.rejects(cloud.queues.send(arn, "x", topic), { code: "AccessDenied" });
    await cloud.apply("aws:sqs/queuePolicy:QueuePolicy", "from-topic", {
      queueUrl: url,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arn,
            Condition: { ArnEquals: { "aws:SourceArn": topic.sourceArn } },
          },
        ],
      }),
    });
    await cloud.queues.send(arn, "x", topic);
    await assert.rejects(cloud.queues.send(arn, "x", { ...topic, sourceArn: `${topic.sourceArn}2` }), {
      code: "AccessDenied",
    });
    assert.equal((await attributes(url))["ApproximateNumberOfMessages"], "1");
  });

  it("rejects a dead-letter queue that does not exist or does not allow the source, and FIFO queues", async () => {
    const policy = (target: string) => ({
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: target, maxReceiveCount: 3 }),
    });
    await assert.rejects(
      create("lost", policy("arn:aws:sqs:us-east-1:000000000000:none")),
      /Dead letter target does not exist/,
    );
    const closed = await create("closed", { redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) });
    await assert.rejects(create("lost", policy(closed.arn)), /does not permit this queue/);
    await assert.rejects(create("ordered", { fifoQueue: true }), /standard queues only/);
  });
});

import assert from "node:assert/strict";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createTestCloud, eventually, type TestCloud } from "../../../support/cloud.ts";
import { retryDelayMs } from "../../../../local/aws/sns/deliveries.ts";
import type { Properties } from "../../../../local/engine/provider.ts";
import { deploy } from "../lambda/support.ts";

describe("sns", () => {
  let cloud: TestCloud;
  let sns: SNSClient;
  let sqs: SQSClient;
  let topicArn: string;

  before(async () => {
    cloud = await createTestCloud();
    const role = await cloud.role("tester", "ec2.amazonaws.com", [
      { Effect: "Allow", Action: ["sns:Publish", "sqs:ReceiveMessage"], Resource: "*" },
    ]);
    sns = new SNSClient(cloud.clientOf(role));
    sqs = new SQSClient(cloud.clientOf(role));
    topicArn = await topic("faces");
    await cloud.start();
  });
  after(async () => {
    sns.destroy();
    sqs.destroy();
    await cloud.stop();
  });

  async function topic(name: string): Promise<string> {
    return String((await cloud.apply("aws:sns/topic:Topic", name, { name })).outputs["arn"]);
  }

  /** A queue to which SNS may send. */
  async function queue(name: string): Promise<{ url: string; arn: string }> {
    const { outputs } = await cloud.apply("aws:sqs/queue:Queue", name, { name });
    await cloud.apply("aws:sqs/queuePolicy:QueuePolicy", name, {
      queueUrl: outputs["url"],
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: outputs["arn"],
          },
        ],
      }),
    });
    return { url: String(outputs["url"]), arn: String(outputs["arn"]) };
  }

  const subscribe = async (name: string, inputs: Properties) =>
    (await cloud.apply("aws:sns/topicSubscription:TopicSubscription", name, inputs)).id;
  const receive = async (QueueUrl: string) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] })))
      .Messages?.[0];
  const MessageAttributes = { kind: { DataType: "String", StringValue: "done" } };

  it("invokes a subscribed function with SNS's event", async () => {
    const fn = await deploy(
      cloud,
      "listener",
      "export const handler = async (event) => console.log('heard', JSON.stringify(event));",
    );
    await cloud.apply("aws:lambda/permission:Permission", "listener", {
      action: "lambda:InvokeFunction",
      function: "listener",
      principal: "sns.amazonaws.com",
      sourceArn: topicArn,
    });
    const subscriptionArn = await subscribe("listener", { topic: topicArn, protocol: "lambda", endpoint: fn.arn });
    const { MessageId } = await sns.send(
      new PublishCommand({ TopicArn: topicArn, Message: '{"JobId":"1"}', Subject: "Done", MessageAttributes }),
    );
    const line = await eventually(
      () => cloud.log.lines.find((entry) => entry.startsWith("info heard ")),
      "the invocation",
    );
    const { Records } = JSON.parse(line.slice("info heard ".length)) as { Records: { Sns: Record<string, unknown> }[] };
    assert.match(String(Records[0]?.Sns["Timestamp"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    Records[0]!.Sns["Timestamp"] = "";
    assert.deepEqual(Records, [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscriptionArn,
        Sns: {
          Type: "Notification",
          MessageId,
          TopicArn: topicArn,
          Subject: "Done",
          Message: '{"JobId":"1"}',
          Timestamp: "",
          SignatureVersion: "1",
          Signature: "unsigned",
          SigningCertUrl: "https://sns.us-east-1.amazonaws.com/SimpleNotificationService.pem",
          UnsubscribeUrl: `https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
          MessageAttributes: { kind: { Type: "String", Value: "done" } },
        },
      },
    ]);
  });

  it("sends to a queue in an envelope, or raw with the attributes as message attributes", async () => {
    const source = await topic("both");
    const [wrapped, raw] = [await queue("wrapped"), await queue("raw")];
    await subscribe("wrapped", { topic: source, protocol: "sqs", endpoint: wrapped.arn });
    await subscribe("raw", { topic: source, protocol: "sqs", endpoint: raw.arn, rawMessageDelivery: true });
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn: source, Message: "hello", MessageAttributes }));
    const envelope = JSON.parse((await receive(wrapped.url))?.Body ?? "null") as Record<string, unknown>;
    assert.deepEqual(
      [
        envelope["Type"],
        envelope["MessageId"],
        envelope["TopicArn"],
        envelope["Message"],
        envelope["MessageAttributes"],
      ],
      ["Notification", MessageId, source, "hello", { kind: { Type: "String", Value: "done" } }],
    );
    const message = await receive(raw.url);
    assert.equal(message?.Body, "hello");
    assert.equal(message.MessageAttributes?.["kind"]?.StringValue, "done");
  });

  it("moves messages that a subscriber rejects to the subscription's dead-letter queue", async () => {
    const source = await topic("refused");
    const dead = await queue("refused-dead");
    const fn = await deploy(cloud, "deaf", "export const handler = async () => 1;");
    await subscribe("deaf", {
      topic: source,
      protocol: "lambda",
      endpoint: fn.arn,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }),
    });
    await sns.send(new PublishCommand({ TopicArn: source, Message: "hello" }));
    assert.equal(
      (JSON.parse((await receive(dead.url))?.Body ?? "null") as Record<string, unknown>)["Message"],
      "hello",
    );
  });

  it("publishes only for callers that their role or the topic's policy allows", async () => {
    const source = await topic("guarded");
    const stranger = new SNSClient(cloud.clientOf(await cloud.role("stranger", "ec2.amazonaws.com")));
    await assert.rejects(
      stranger.send(new PublishCommand({ TopicArn: source, Message: "x" })),
      (cause: Error) => cause.name === "AuthorizationErrorException" && cause.message.includes("sns:Publish"),
    );
    stranger.destroy();
    const bucket = { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::archive" } as const;
    await assert.rejects(cloud.topics.publish(source, "x", bucket), { code: "AccessDenied" });
    await cloud.apply("aws:sns/topicPolicy:TopicPolicy", "guarded", {
      arn: source,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sns:Publish", Resource: source },
        ],
      }),
    });
    await cloud.topics.publish(source, "x", bucket);
  });

  it("rejects an unknown topic, an invalid message and unsupported features as SNS does", async () => {
    await assert.rejects(sns.send(new PublishCommand({ TopicArn: `${topicArn}-none`, Message: "x" })), {
      name: "NotFoundException",
      message: "Topic does not exist",
    });
    await assert.rejects(sns.send(new PublishCommand({ TopicArn: topicArn, Message: "" })), {
      name: "InvalidParameterException",
    });
    await assert.rejects(sns.send(new PublishCommand({ TopicArn: topicArn, Message: "x".repeat(262_145) })), {
      message: "Invalid parameter: Message too long",
    });
    await assert.rejects(
      sns.send(new PublishCommand({ TopicArn: topicArn, Message: "{}", MessageStructure: "json" })),
      { message: "Invalid parameter: MessageStructure is not supported by the local engine." },
    );
    await assert.rejects(subscribe("telephone", { topic: topicArn, protocol: "sms", endpoint: "+1555" }), {
      code: "NotImplemented",
    });
  });

  it("accepts an email subscription and keeps delivering to other subscribers", async () => {
    assert.ok(
      (await subscribe("mail", { topic: topicArn, protocol: "email", endpoint: "a@example.com" })).startsWith(
        `${topicArn}:`,
      ),
    );
    assert.equal(
      (await sns.send(new PublishCommand({ TopicArn: topicArn, Message: "x" }))).$metadata.httpStatusCode,
      200,
    );
  });

  it("retries as SNS does: immediately, then with a backoff of up to 20 s", () => {
    assert.deepEqual(
      Array.from({ length: 12 }, (_, attempts) => retryDelayMs(attempts)),
      [0, 0, 0, 1000, 1000, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000],
    );
  });
});

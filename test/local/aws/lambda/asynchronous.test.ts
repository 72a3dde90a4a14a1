import assert from "node:assert/strict";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createTestCloud, eventually, type Known, type TestCloud } from "../../../support/cloud.ts";
import { deploy, invoker } from "./support.ts";

const consumer = [{ Effect: "Allow", Action: ["sqs:ReceiveMessage", "sqs:GetQueueUrl"], Resource: "*" }];

describe("lambda: asynchronous invocations", () => {
  let cloud: TestCloud;
  let sqs: SQSClient;
  let lambda: LambdaClient;

  before(async () => {
    cloud = await createTestCloud({ lambda: { retryDelayMs: 20 } });
    sqs = new SQSClient(cloud.clientOf(await cloud.role("reader", "ec2.amazonaws.com", consumer)));
    lambda = new LambdaClient(cloud.clientOf(await invoker(cloud)));
    await cloud.start();
  });
  after(async () => {
    sqs.destroy();
    lambda.destroy();
    await cloud.stop();
  });

  const queue = async (name: string): Promise<{ arn: string; url: string }> => {
    const { outputs } = await cloud.apply("aws:sqs/queue:Queue", name, { name });
    return { arn: String(outputs["arn"]), url: String(outputs["url"]) };
  };
  const receive = async (QueueUrl: string) => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] }),
    );
    return Messages[0];
  };
  const later = (FunctionName: string, event: unknown) =>
    lambda.send(
      new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: Buffer.from(JSON.stringify(event)) }),
    );
  const lines = (text: string): number => cloud.log.lines.filter((line) => line === `info ${text}`).length;

  it("runs an event without making the caller wait for it", async () => {
    await deploy(cloud, "worker", "export const handler = async (event) => console.log('worked on', event.id);");
    assert.equal((await later("worker", { id: 7 })).StatusCode, 202);
    await eventually(() => (lines("worked on 7") === 1 ? true : undefined), "the invocation");
  });

  it("tries a failing event three times, then moves it to the dead-letter queue with the error's details", async () => {
    const dead = await queue("worker-dead");
    await deploy(
      cloud,
      "failing",
      "export const handler = async (event) => { console.log('try of', event.id); throw new Error('no luck'); };",
      { deadLetterConfig: { targetArn: dead.arn } },
      [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: dead.arn }],
    );
    await later("failing", { id: "e1" });
    const message = await receive(dead.url);
    assert.equal(message?.Body, '{"id":"e1"}');
    assert.equal(lines("try of e1"), 3);
    assert.equal(message.MessageAttributes?.["ErrorMessage"]?.StringValue, "no luck");
    assert.equal(message.MessageAttributes["ErrorCode"]?.StringValue, "200");
    assert.match(message.MessageAttributes["RequestID"]?.StringValue ?? "", /^[0-9a-f-]{36}$/);
  });

  it("succeeds on a retry", async () => {
    await deploy(
      cloud,
      "second-time",
      "let n = 0; export const handler = async () => { if (++n < 2) throw new Error('not yet'); " +
        "console.log('second time worked'); };",
    );
    await later("second-time", {});
    await eventually(() => (lines("second time worked") === 1 ? true : undefined), "the retry");
  });

  it("follows its event invoke configuration and sends a record to the on-failure destination", async () => {
    const failures = await queue("failures");
    const { arn } = await deploy(
      cloud,
      "once",
      "export const handler = async () => { console.log('only once'); throw new TypeError('broken'); };",
      {},
      [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: failures.arn }],
    );
    await cloud.apply("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "once", {
      functionName: "once",
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: failures.arn } },
    });
    await later("once", { id: 1 });
    const record = JSON.parse((await receive(failures.url))?.Body ?? "null") as Record<string, Record<string, unknown>>;
    assert.equal(lines("only once"), 1);
    assert.deepEqual(record["requestPayload"], { id: 1 });
    assert.equal(record["requestContext"]?.["functionArn"], `${arn}:$LATEST`);
    assert.equal(record["requestContext"]["condition"], "RetriesExhausted");
    assert.equal(record["requestContext"]["approximateInvokeCount"], 1);
    assert.deepEqual(record["responseContext"], {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    });
    assert.equal(record["responsePayload"]?.["errorType"], "TypeError");
  });

  it("logs an error if the role may not write to the dead-letter queue", async () => {
    const dead = await queue("forbidden-dead");
    await deploy(cloud, "helpless", "export const handler = async () => { throw new Error('x'); };", {
      deadLetterConfig: { targetArn: dead.arn },
    });
    await cloud.apply("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "helpless", {
      functionName: "helpless",
      maximumRetryAttempts: 0,
    });
    await later("helpless", {});
    await eventually(
      () =>
        cloud.log.lines.find(
          (line) =>
            line.startsWith(`error helpless could not deliver to ${dead.arn}:`) && line.includes("sqs:SendMessage"),
        ),
      "the complaint",
    );
  });

  it("allows a service to invoke only with a permission for its source", async () => {
    const { arn } = await deploy(cloud, "guarded", "export const handler = async () => console.log('guarded ran');");
    const bucket = { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::archive" } as const;
    await assert.rejects(cloud.functions.invokeLater(arn, {}, bucket), { code: "AccessDenied" });
    await cloud.apply("aws:lambda/permission:Permission", "archive", {
      action: "lambda:InvokeFunction",
      function: "guarded",
      principal: "s3.amazonaws.com",
      sourceArn: "arn:aws:s3:::arch*",
      sourceAccount: "000000000000",
    });
    await cloud.functions.invokeLater(arn, {}, bucket);
    await assert.rejects(cloud.functions.invokeLater(arn, {}, { ...bucket, sourceArn: "arn:aws:s3:::other" }), {
      code: "AccessDenied",
    });
    await assert.rejects(cloud.functions.invokeLater(arn, {}, { ...bucket, service: "sns.amazonaws.com" }), {
      code: "AccessDenied",
    });
    await eventually(() => (lines("guarded ran") === 1 ? true : undefined), "the invocation");
    await cloud.remove("aws:lambda/permission:Permission", "archive");
    await assert.rejects(cloud.functions.invokeLater(arn, {}, bucket), { code: "AccessDenied" });
  });

  it("runs a stored event once synchronous invocations leave a worker free", async () => {
    const { arn } = await deploy(
      cloud,
      "shared",
      "export const handler = async (event) => { console.log('shared', event.id); await new " +
        "Promise((r) => setTimeout(r, 100)); };",
      { reservedConcurrentExecutions: 1 },
    );
    const direct = cloud.functions.invoke(arn, { id: "direct" }, { kind: "engine" });
    await later("shared", { id: "stored" });
    await direct;
    await eventually(() => (lines("shared stored") === 1 ? true : undefined), "the stored event");
  });

  it("rejects an event over 1 MB", async () => {
    await deploy(cloud, "big", "export const handler = async () => 1;");
    await assert.rejects(later("big", "x".repeat(1_048_576)), { name: "RequestTooLargeException" });
  });
});

describe("lambda: asynchronous invocations across a restart", () => {
  it("finishes interrupted and pending events after a restart", async () => {
    const states = new Map<string, Known>();
    const source =
      "export const handler = async (event) => { console.log('begun', event.id); if " +
      "(!process.env.FAST) await new Promise((r) => setTimeout(r, 60_000)); console.log('done', " +
      "event.id); };";
    const first = await createTestCloud({ states, lambda: { defaultConcurrency: 1 } });
    const { arn } = await deploy(first, "slow", source, { timeout: 90 });
    await first.start();
    for (const id of ["a", "b"]) await first.functions.invokeLater(arn, { id }, { kind: "engine" });
    await eventually(
      () => (first.log.lines.includes("info begun a") ? true : undefined),
      "the first invocation's begin",
    );
    await first.stop({ keep: true });
    const second = await createTestCloud({ states, dataFolder: first.dataFolder });
    await deploy(second, "slow", source, { timeout: 90, environment: { variables: { FAST: "1" } } });
    await second.start();
    await eventually(
      () => (second.log.lines.includes("info done a") && second.log.lines.includes("info done b") ? true : undefined),
      "both invocations' end",
    );
    await second.stop();
  });
});

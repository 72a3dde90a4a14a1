import assert from "node:assert/strict";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createTestCloud, eventually, type Known, type TestCloud } from "../../../support/cloud.ts";
import { parseSchedule } from "../../../../local/aws/events/schedule.ts";
import { deploy } from "../lambda/support.ts";

const printing = "export const handler = async (event) => console.log('event', JSON.stringify(event));";

describe("events", () => {
  let cloud: TestCloud;
  let events: EventBridgeClient;
  let sqs: SQSClient;

  before(async () => {
    cloud = await createTestCloud();
    const role = await cloud.role("tester", "ec2.amazonaws.com", [
      { Effect: "Allow", Action: ["events:PutEvents", "sqs:ReceiveMessage"], Resource: "*" },
    ]);
    events = new EventBridgeClient(cloud.clientOf(role));
    sqs = new SQSClient(cloud.clientOf(role));
    await cloud.start();
  });
  after(async () => {
    events.destroy();
    sqs.destroy();
    await cloud.stop();
  });

  const rule = async (name: string, eventPattern: object): Promise<string> =>
    String(
      (
        await cloud.apply("aws:cloudwatch/eventRule:EventRule", name, {
          name,
          eventPattern: JSON.stringify(eventPattern),
        })
      ).outputs["arn"],
    );
  const received = () =>
    cloud.log.lines
      .filter((line) => line.startsWith("info event "))
      .map((line) => JSON.parse(line.slice("info event ".length)) as Record<string, unknown>);

  it("sends a service's matching event to a function, in EventBridge's shape", async () => {
    const fn = await deploy(cloud, "printer", printing);
    const ruleArn = await rule("converted", { source: ["aws.mediaconvert"], detail: { status: ["COMPLETE"] } });
    await cloud.apply("aws:lambda/permission:Permission", "converted", {
      action: "lambda:InvokeFunction",
      function: "printer",
      principal: "events.amazonaws.com",
      sourceArn: ruleArn,
    });
    await cloud.apply("aws:cloudwatch/eventTarget:EventTarget", "converted", { rule: "converted", arn: fn.arn });
    await cloud.events.put({
      source: "aws.mediaconvert",
      "detail-type": "MediaConvert Job State Change",
      detail: { status: "PROGRESSING" },
    });
    await cloud.events.put({
      source: "aws.mediaconvert",
      "detail-type": "MediaConvert Job State Change",
      detail: { status: "COMPLETE", jobId: "1" },
      resources: ["arn:job"],
    });
    const event = await eventually(() => received()[0], "the invocation");
    assert.match(String(event["id"]), /^[0-9a-f-]{36}$/);
    assert.match(String(event["time"]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(
      { ...event, id: "", time: "" },
      {
        version: "0",
        id: "",
        "detail-type": "MediaConvert Job State Change",
        source: "aws.mediaconvert",
        account: "000000000000",
        time: "",
        region: "us-east-1",
        resources: ["arn:job"],
        detail: { status: "COMPLETE", jobId: "1" },
      },
    );
    assert.equal(received().length, 1);
  });

  it("accepts a program's events through the SDK, with a result for each entry", async () => {
    const { outputs } = await cloud.apply("aws:sqs/queue:Queue", "orders", { name: "orders" });
    const ruleArn = await rule("orders", { source: ["shop"], "detail-type": [{ prefix: "order" }] });
    await cloud.apply("aws:sqs/queuePolicy:QueuePolicy", "orders", {
      queueUrl: outputs["url"],
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: outputs["arn"],
            Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
          },
        ],
      }),
    });
    await cloud.apply("aws:cloudwatch/eventTarget:EventTarget", "orders", {
      rule: "orders",
      arn: outputs["arn"],
      targetId: "queue",
    });
    const answer = await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: "shop", DetailType: "order placed", Detail: '{"n":1}', Time: new Date("2026-11-22T18:00:00Z") },
          { Source: "aws.s3", DetailType: "order", Detail: "{}" },
          { Source: "shop", DetailType: "order", Detail: "no json" },
          { Source: "shop", Detail: "{}" },
        ],
      }),
    );
    assert.equal(answer.FailedEntryCount, 3);
    assert.deepEqual(
      answer.Entries?.map(({ ErrorCode }) => ErrorCode),
      [undefined, "NotAuthorizedForSourceException", "MalformedDetail", "InvalidArgument"],
    );
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: String(outputs["url"]), WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
    );
    const bodies = Messages.map(({ Body = "" }) => JSON.parse(Body) as Record<string, unknown>);
    assert.deepEqual(
      bodies.map(({ id, detail, time }) => [id, detail, time]),
      [[answer.Entries[0]?.EventId, { n: 1 }, "2026-11-22T18:00:00Z"]],
    );
  });

  it("moves events that a target rejects to the dead-letter queue with the reason", async () => {
    const { outputs } = await cloud.apply("aws:sqs/queue:Queue", "undelivered", { name: "undelivered" });
    const fn = await deploy(cloud, "closed", printing);
    const ruleArn = await rule("closed", { source: ["test.closed"] });
    await cloud.apply("aws:sqs/queuePolicy:QueuePolicy", "undelivered", {
      queueUrl: outputs["url"],
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
        ],
      }),
    });
    await cloud.apply("aws:cloudwatch/eventTarget:EventTarget", "closed", {
      rule: "closed",
      arn: fn.arn,
      deadLetterConfig: { arn: outputs["arn"] },
    });
    await cloud.events.put({ source: "test.closed", "detail-type": "x", detail: {} });
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: String(outputs["url"]),
        WaitTimeSeconds: 5,
        MessageAttributeNames: ["All"],
      }),
    );
    const attributes = Object.fromEntries(
      Object.entries(Messages[0]?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    );
    assert.deepEqual(
      { ...attributes, ERROR_MESSAGE: "" },
      { RULE_ARN: ruleArn, TARGET_ARN: fn.arn, ERROR_CODE: "NO_PERMISSIONS", ERROR_MESSAGE: "", RETRY_ATTEMPTS: "0" },
    );
    assert.match(
      attributes["ERROR_MESSAGE"] ?? "",
      /events\.amazonaws\.com is not authorized to perform: lambda:InvokeFunction/,
    );
  });

  it("does not deliver for a disabled or removed rule", async () => {
    await cloud.apply("aws:cloudwatch/eventRule:EventRule", "off", {
      name: "off",
      eventPattern: '{"source":["test.off"]}',
      state: "DISABLED",
    });
    await cloud.apply("aws:cloudwatch/eventTarget:EventTarget", "off", {
      rule: "off",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:none",
    });
    await cloud.events.put({ source: "test.off", "detail-type": "x", detail: {} });
    assert.ok(!cloud.log.lines.some((line) => line.includes("The rule off")));
    await cloud.remove("aws:cloudwatch/eventTarget:EventTarget", "off");
    await cloud.remove("aws:cloudwatch/eventRule:EventRule", "off");
    await assert.rejects(
      cloud.apply("aws:cloudwatch/eventTarget:EventTarget", "off2", {
        rule: "off",
        arn: "arn:aws:sqs:us-east-1:000000000000:q",
      }),
      { code: "ResourceNotFoundException" },
    );
  });

  it("rejects PutEvents without the events:PutEvents permission", async () => {
    const stranger = new EventBridgeClient(cloud.clientOf(await cloud.role("stranger", "ec2.amazonaws.com")));
    await assert.rejects(
      stranger.send(new PutEventsCommand({ Entries: [{ Source: "a", DetailType: "b", Detail: "{}" }] })),
      { name: "AccessDeniedException" },
    );
    stranger.destroy();
  });

  it("parses rate schedules and rejects others", () => {
    assert.equal(parseSchedule("rate(1 minute)"), 60_000);
    assert.equal(parseSchedule("rate(5 hours)"), 18_000_000);
    assert.throws(() => parseSchedule("rate(1 minutes)"), { code: "ValidationException" });
    assert.throws(() => parseSchedule("rate(0 days)"), { code: "ValidationException" });
    assert.throws(() => parseSchedule("cron(0 12 * * ? *)"), { code: "NotImplemented" });
  });

  it("delivers events after a restart that were sent before deliveries started", async () => {
    const states = new Map<string, Known>();
    const provision = async (target: TestCloud): Promise<void> => {
      const fn = await deploy(target, "late", printing);
      const { outputs } = await target.apply("aws:cloudwatch/eventRule:EventRule", "late", {
        eventPattern: '{"source":["test.late"]}',
      });
      await target.apply("aws:lambda/permission:Permission", "late", {
        action: "lambda:InvokeFunction",
        function: "late",
        principal: "events.amazonaws.com",
        sourceArn: outputs["arn"],
      });
      await target.apply("aws:cloudwatch/eventTarget:EventTarget", "late", { rule: outputs["name"], arn: fn.arn });
    };
    const first = await createTestCloud({ states });
    await provision(first);
    await first.events.put({ source: "test.late", "detail-type": "x", detail: { n: 1 } });
    await first.stop({ keep: true });
    const second = await createTestCloud({ states, dataFolder: first.dataFolder });
    await provision(second);
    await second.start();
    await eventually(
      () => second.log.lines.find((line) => line.startsWith("info event ") && line.includes('"detail":{"n":1}')),
      "the delivery",
    );
    await second.stop();
  });

  it("keeps a program's own bus apart from the default one, down to rules of the same name", async () => {
    const { outputs: made } = await cloud.apply("aws:cloudwatch/eventBus:EventBus", "changes", { name: "changes" });
    assert.equal(made["arn"], "arn:aws:events:us-east-1:000000000000:event-bus/changes");
    const queues: string[] = [];
    for (const eventBusName of ["default", "changes"]) {
      const { outputs: queue } = await cloud.apply("aws:sqs/queue:Queue", eventBusName, { name: `on-${eventBusName}` });
      const { outputs: made } = await cloud.apply("aws:cloudwatch/eventRule:EventRule", `told-${eventBusName}`, {
        name: "told",
        eventBusName,
        eventPattern: JSON.stringify({ source: ["spotlight"] }),
      });
      assert.equal(
        made["arn"],
        `arn:aws:events:us-east-1:000000000000:rule/${eventBusName === "default" ? "" : "changes/"}told`,
      );
      await cloud.apply("aws:sqs/queuePolicy:QueuePolicy", eventBusName, {
        queueUrl: queue["url"],
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: queue["arn"],
              Condition: { ArnEquals: { "aws:SourceArn": made["arn"] } },
            },
          ],
        }),
      });
      await cloud.apply("aws:cloudwatch/eventTarget:EventTarget", `told-${eventBusName}`, {
        rule: "told",
        eventBusName,
        arn: queue["arn"],
      });
      queues.push(String(queue["url"]));
    }
    const entry = (detail: string, EventBusName?: string) => ({
      Source: "spotlight",
      DetailType: "clip.ready",
      Detail: JSON.stringify({ detail }),
      ...(EventBusName !== undefined && { EventBusName }),
    });
    const { FailedEntryCount: failed, Entries: entries = [] } = await events.send(
      new PutEventsCommand({ Entries: [entry("a"), entry("b", "changes"), entry("c", "nowhere")] }),
    );
    assert.equal(failed, 1);
    assert.deepEqual(
      entries.map((result) => result.ErrorMessage),
      [undefined, undefined, "Event bus nowhere does not exist."],
    );
    for (const [at, expected] of ["a", "b"].entries()) {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queues[at], WaitTimeSeconds: 5, MaxNumberOfMessages: 10 }),
      );
      assert.deepEqual(
        messages.map(({ Body: body = "" }) => (JSON.parse(body) as { detail: unknown }).detail),
        [{ detail: expected }],
      );
    }
  });

  it("refuses rules on a bus that does not exist, and schedules on any but the default one", async () => {
    const pattern = { eventPattern: JSON.stringify({ source: ["spotlight"] }) };
    const on = (eventBusName: string, more: object) =>
      cloud.apply("aws:cloudwatch/eventRule:EventRule", "refused", { name: "refused", eventBusName, ...more });
    await assert.rejects(on("nowhere", pattern), { code: "ResourceNotFoundException" });
    await assert.rejects(on("changes", { scheduleExpression: "rate(1 hour)" }), {
      message: "ScheduleExpression is supported only on the default event bus.",
    });
  });
});

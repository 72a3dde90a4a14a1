import assert from "node:assert/strict";
import type { ServiceApi } from "../../../../local/aws/cloud.ts";
import { AwsError } from "../../../../local/aws/errors.ts";
import { restJsonApi } from "../../../../local/aws/protocols/rest-json.ts";
import { createScheduler, type Scheduler } from "../../../../local/aws/scheduler/index.ts";
import type { Properties, ResourceState } from "../../../../local/engine/provider.ts";
import { eventually } from "../../../support/cloud.ts";
import { startStorageCloud, type StorageCloud } from "../../../support/storage.ts";

const type = "aws:scheduler/schedule:Schedule";
const time = Date.parse("2026-11-22T17:50:20Z");
const channelArn = "arn:aws:medialive:us-east-1:000000000000:channel:1234567";

describe("EventBridge Scheduler", () => {
  let storage: StorageCloud;
  let scheduler: Scheduler;
  let calls: string[];
  let refusals: AwsError[];
  let roleArn: string;

  /** The MediaLive operations that schedules call, with IAM checks. */
  function mediaLive(): ServiceApi {
    const route = (action: "start" | "stop", iamAction: string) => ({
      method: "POST",
      path: `/prod/channels/{channelId}/${action}`,
      run(
        input: Record<string, unknown>,
        { principal }: { principal: Parameters<StorageCloud["cloud"]["iam"]["authorize"]>[0] },
      ) {
        storage.cloud.iam.authorize(principal, iamAction, channelArn);
        const refusal = refusals.shift();
        if (refusal !== undefined) throw refusal;
        calls.push(`${action} ${String(input["channelId"])}`);
        return {};
      },
    });
    return restJsonApi({
      signingName: "medialive",
      routes: [route("start", "medialive:StartChannel"), route("stop", "medialive:StopChannel")],
    });
  }

  const mayCall = (...actions: string[]): object => ({ Effect: "Allow", Action: actions, Resource: channelArn });
  const role = async (statement: object, service = "scheduler.amazonaws.com"): Promise<string> =>
    (await storage.role([statement], service)).arn;
  const schedule = (inputs: Properties = {}, target: Properties = {}): Properties => ({
    scheduleExpression: "cron(50 18 ? * SUN *)",
    scheduleExpressionTimezone: "Europe/Vienna",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: "arn:aws:scheduler:::aws-sdk:medialive:startChannel",
      roleArn,
      input: '{"ChannelId":"1234567"}',
      retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 2 },
      ...target,
    },
    ...inputs,
  });
  const apply = (name: string, inputs: Properties, prior?: ResourceState): Promise<ResourceState> =>
    storage.apply(scheduler, type, inputs, { name, ...(prior !== undefined && { prior }) });
  const called = (count: number): Promise<true> =>
    eventually(() => (calls.length >= count ? true : undefined), `call ${count} of MediaLive`);

  beforeEach(async () => {
    storage = await startStorageCloud();
    calls = [];
    refusals = [];
    storage.gateway.register(mediaLive());
    scheduler = createScheduler(storage.cloud, { endpoint: () => storage.gateway.url() });
    roleArn = await role(mayCall("medialive:StartChannel", "medialive:StopChannel"));
    await scheduler.start?.();
  });
  afterEach(async () => {
    await scheduler.stop();
    await storage.stop();
  });

  it("starts and stops a channel in exactly the minute that is due", async () => {
    await apply("start", schedule());
    await apply(
      "stop",
      schedule(
        { scheduleExpression: "at(2026-11-22T19:45:00)" },
        { arn: "arn:aws:scheduler:::aws-sdk:medialive:stopChannel" },
      ),
    );
    for (const minutes of [-1, 1, 0]) scheduler.fire(time + minutes * 60_000);
    await called(1);
    scheduler.fire(Date.parse("2026-11-22T18:45:00Z"));
    await called(2);
    assert.deepEqual(calls, ["start 1234567", "stop 1234567"]);
  });

  it("keeps a schedule's name when it changes, and calls nothing once it is disabled or removed", async () => {
    const before = await apply("start", schedule());
    assert.match(String(before.outputs["name"]), /^start-[0-9a-f]{7}$/);
    assert.equal(
      before.outputs["arn"],
      `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${String(before.outputs["name"])}`,
    );
    const after = await apply("start", schedule({ state: "DISABLED" }), before);
    assert.deepEqual(after, before);
    scheduler.fire(time);
    await apply("start", schedule(), before);
    await scheduler.resources[0]?.remove?.(before, {});
    scheduler.fire(time);
    await apply("other", schedule({}, { input: '{"ChannelId":"7654321"}' }));
    scheduler.fire(time);
    await called(1);
    assert.deepEqual(calls, ["start 7654321"]);
  });

  it("retries calls that MediaLive temporarily rejects", async () => {
    refusals.push(new AwsError("ConflictException", "The channel is STOPPING.", 409));
    await apply("start", schedule());
    scheduler.fire(time);
    await called(1);
    assert.deepEqual([calls, storage.errors], [["start 1234567"], []]);
  });

  it("calls with its role: denied calls are not retried", async () => {
    await apply("start", schedule({}, { roleArn: await role(mayCall("medialive:StopChannel")) }));
    scheduler.fire(time);
    const [error] = await eventually(() => (storage.errors.length > 0 ? storage.errors : undefined), "the refusal");
    assert.match(
      error ?? "",
      new RegExp(
        "^The schedule start-[0-9a-f]{7} could not call startChannel for channel 1234567: " +
          "User: .* is not authorized to perform: medialive:StartChannel",
      ),
    );
    assert.deepEqual(calls, []);
  });

  it("immediately rejects a role it may not assume, an unknown target and unsupported settings", async () => {
    const refused = async (inputs: Properties, code: string, message: RegExp): Promise<void> =>
      assert.rejects(
        apply("start", inputs),
        (error: unknown) => error instanceof AwsError && error.code === code && message.test(error.message),
      );
    await refused(
      schedule({}, { roleArn: await role(mayCall("medialive:StartChannel"), "events.amazonaws.com") }),
      "ValidationException",
      /must allow AWS EventBridge Scheduler to assume the role/,
    );
    await refused(
      schedule({}, { arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage" }),
      "NotImplemented",
      /not arn:aws:scheduler:::aws-sdk:sqs:sendMessage/,
    );
    await refused(
      schedule({}, { input: '{"channelId":"1"}' }),
      "ValidationException",
      /channelId, which is not a parameter of the call/,
    );
    await refused(
      schedule({}, { deadLetterConfig: { arn: "arn:queue" } }),
      "NotImplemented",
      /target.deadLetterConfig/,
    );
    await refused(
      schedule({ flexibleTimeWindow: { mode: "FLEXIBLE", maximumWindowInMinutes: 5 } }),
      "NotImplemented",
      /maximumWindowInMinutes/,
    );
    await refused(schedule({ groupName: "mine" }), "NotImplemented", /not mine/);
    await refused(schedule({ scheduleExpression: "daily" }), "ValidationException", /daily/);
  });
});

import assert from "node:assert/strict";
import { ChannelSchedule } from "../../components/channel-schedule.ts";
import { isTimezone, scheduleProblem } from "../../config/schedule-expression.ts";
import { account, deploy, statements } from "./mocks.ts";
import { makeParts } from "./pipeline-parts.ts";

describe("ChannelSchedule", () => {
  it("starts and stops one channel on schedule, with a role that may do only that", async () => {
    const stack = await deploy(() => {
      const { channels } = makeParts();
      return new ChannelSchedule("schedule-0", {
        channel: channels.all[0]!,
        start: "cron(50 17 ? * SAT *)",
        stop: "at(2026-11-22T20:00:00)",
        timezone: "Europe/Vienna",
        accountId: account,
      });
    });
    const schedule = (action: string, scheduleExpression: string): object => ({
      description: `Spotlight: ${action} channel main`,
      scheduleExpression,
      scheduleExpressionTimezone: "Europe/Vienna",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: `arn:aws:scheduler:::aws-sdk:medialive:${action}Channel`,
        roleArn: `arn:aws:iam:us-east-1:${account}:schedule-0`,
        input: '{"ChannelId":"1234567"}',
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 5 },
      },
    });
    assert.deepEqual(
      stack.all("aws:scheduler/schedule:Schedule").map(({ name, inputs }) => [name, inputs]),
      [
        ["schedule-0-start", schedule("start", "cron(50 17 ? * SAT *)")],
        ["schedule-0-stop", schedule("stop", "at(2026-11-22T20:00:00)")],
      ],
    );
    assert.deepEqual(statements(stack.one("aws:iam/role:Role", "schedule-0").inputs["assumeRolePolicy"]), [
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": `arn:aws:scheduler:*:${account}:schedule-group/default` },
        },
      },
    ]);
    assert.deepEqual(statements(stack.one("aws:iam/rolePolicy:RolePolicy", "schedule-0").inputs["policy"]), [
      {
        Sid: "StartAndStop",
        Effect: "Allow",
        Action: ["medialive:StartChannel", "medialive:StopChannel"],
        Resource: `arn:aws:medialive:us-east-1:${account}:channel-main`,
      },
    ]);
  });

  it("says what is wrong with an expression in half a sentence", () => {
    for (const good of [
      "at(2026-11-22T18:00:00)",
      "cron(0 18 ? * SAT *)",
      "cron(0/15 8-18 1,15 * ? 2026-2028)",
      "cron(30 17 ? * 2#1 *)",
    ])
      assert.equal(scheduleProblem(good), undefined, good);
    for (const bad of [
      "daily",
      "at(2026-13-22T18:00:00)",
      "at(2026-11-22 18:00)",
      "cron(0 18 * * *)",
      "cron(? 18 ? * SAT *)",
      "rate(1 hour)",
      "",
    ]) {
      assert.equal(scheduleProblem(bad), "must be at(2026-11-22T18:00:00) or cron(0 18 ? * SAT *)");
    }
    for (const bad of ["cron(0 18 * * SAT *)", "cron(0 18 ? * ? *)"])
      assert.equal(scheduleProblem(bad), 'must have "?" as day of the month or as day of the week, but not as both');
    assert.deepEqual(["Europe/Vienna", "UTC", "Vienna", ""].map(isTimezone), [true, true, false, false]);
  });
});

import * as scheduler from "@pulumi/aws/scheduler/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { LiveChannel } from "./live-channel.ts";
import { ServiceRole } from "./service-role.ts";

export interface ChannelScheduleArgs {
  channel: LiveChannel;
  /** When to start it: `at(2026-11-22T17:50:00)` or `cron(50 17 ? * SAT *)`. Starting takes about a minute. */
  start: string;
  /** When to stop it, in the same form. */
  stop: string;
  /** IANA time zone of both. @default "UTC" */
  timezone?: string;
  /** The account whose schedules may assume the role. */
  accountId: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/**
 * Starts and stops a live channel on a schedule. No function is involved: EventBridge Scheduler calls MediaLive
 * directly.
 */
export class ChannelSchedule extends pulumi.ComponentResource {
  constructor(name: string, args: ChannelScheduleArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:ChannelSchedule", name, {}, options);
    const { channel, timezone = "UTC", accountId, tags } = args;
    const role = new ServiceRole(
      name,
      {
        service: "scheduler.amazonaws.com",
        // A group of schedules, never a schedule:
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
        source: {
          account: accountId,
          arn: pulumi.interpolate`arn:aws:scheduler:*:${accountId}:schedule-group/default`,
        },
        statements: [
          {
            Sid: "StartAndStop",
            Action: ["medialive:StartChannel", "medialive:StopChannel"],
            Resource: channel.channelArn,
          },
        ],
        tags,
      },
      { parent: this },
    );
    for (const [action, scheduleExpression] of [
      ["start", args.start],
      ["stop", args.stop],
    ] as const) {
      new scheduler.Schedule(
        `${name}-${action}`,
        {
          description: `Spotlight: ${action} channel ${channel.id}`,
          scheduleExpression,
          scheduleExpressionTimezone: timezone,
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: `arn:aws:scheduler:::aws-sdk:medialive:${action}Channel`,
            roleArn: role.arn,
            input: pulumi.jsonStringify({ ChannelId: channel.channelId }),
            // MediaLive refuses to start a running channel and to stop a stopped one. Retrying for a day, the default,
            // could start a channel long after its time.
            retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 5 },
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

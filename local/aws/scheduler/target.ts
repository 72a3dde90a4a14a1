import { MediaLiveClient, StartChannelCommand, StopChannelCommand } from "@aws-sdk/client-medialive";
import type { Properties } from "../../engine/provider.ts";
import type { Cloud } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { block, maybeText, properties, text, whole } from "../support/inputs.ts";

/** What a schedule calls, and its retry limits. */
export interface Target {
  call: "startChannel" | "stopChannel";
  channelId: string;
  roleArn: string;
  maximumRetryAttempts: number;
  maximumEventAgeSeconds: number;
}

const calls: Readonly<Record<string, Target["call"]>> = {
  "arn:aws:scheduler:::aws-sdk:medialive:startChannel": "startChannel",
  "arn:aws:scheduler:::aws-sdk:medialive:stopChannel": "stopChannel",
};

/** Reads a schedule's target. Calls other than MediaLive's startChannel and stopChannel are rejected by name. */
export function targetOf(inputs: Properties): Target {
  const target = block(inputs, "target", ["arn", "roleArn", "input", "retryPolicy"]) ?? {};
  const arn = text(target, "arn");
  const call = calls[arn];
  if (call === undefined)
    throw new AwsError(
      "NotImplemented",
      `The local engine's schedules call ${Object.keys(calls).join(" or ")} only, not ${arn}.`,
      501,
    );
  const retry = block(target, "retryPolicy", ["maximumEventAgeInSeconds", "maximumRetryAttempts"]) ?? {};
  return {
    call,
    channelId: channelOf(maybeText(target, "input") ?? "{}"),
    roleArn: text(target, "roleArn"),
    maximumRetryAttempts: whole(retry, "maximumRetryAttempts", { fallback: 185, min: 0, max: 185 }),
    maximumEventAgeSeconds: whole(retry, "maximumEventAgeInSeconds", { fallback: 86_400, min: 60, max: 86_400 }),
  };
}

/** Calls MediaLive as the target's role, through the gateway like any other caller, so IAM applies. */
export async function callTarget(
  cloud: Cloud,
  endpoint: string,
  { call, channelId: ChannelId, roleArn }: Target,
): Promise<void> {
  assumeRole(cloud, roleArn);
  const client = new MediaLiveClient({
    endpoint,
    region: cloud.region,
    credentials: cloud.iam.credentials(roleArn),
    maxAttempts: 1,
  });
  try {
    if (call === "startChannel") await client.send(new StartChannelCommand({ ChannelId }));
    else await client.send(new StopChannelCommand({ ChannelId }));
  } finally {
    client.destroy();
  }
}

function channelOf(input: string): string {
  const members = properties(parse(input)) ?? {};
  const unknown = Object.keys(members).find((name) => name !== "ChannelId");
  if (unknown !== undefined)
    throw new AwsError(
      "ValidationException",
      `The target's input has ${unknown}, which is not a parameter of the call.`,
    );
  return text(members, "ChannelId");
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new AwsError("ValidationException", "The target's input is not valid JSON.");
  }
}

/**
 * Throws unless the scheduler may assume the role, which it does for the group of a schedule:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function assumeRole({ iam, region, accountId }: Cloud, roleArn: string): void {
  const arn = `arn:aws:scheduler:${region}:${accountId}:schedule-group/default`;
  iam.assume(roleArn, "scheduler.amazonaws.com", { arn });
}

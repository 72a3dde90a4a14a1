import { AwsError } from "../errors.ts";
import type { Cloud, ServiceApi } from "../cloud.ts";
import type { OperationContext } from "../protocols/json.ts";
import { restJsonApi } from "../protocols/rest-json.ts";
import type { Channel } from "./channel.ts";
import type { Input } from "./inputs.ts";

/** The channels and inputs that the API serves. */
export interface MediaLiveState {
  channel(id: string): Channel | undefined;
  channels(): Channel[];
  /** The alerts that are set. */
  alerts(channel: Channel): readonly object[];
  input(id: string): Input | undefined;
  inputs(): Input[];
  start(channel: Channel): void;
  stop(channel: Channel): void;
  /** Where publishers of an input connect, for each pipeline. */
  urlsOf(input: Input): string[];
}

/**
 * The part of MediaLive's API that functions use:
 * https://docs.aws.amazon.com/medialive/latest/apireference/what-is.html
 */
export function mediaLiveApi(cloud: Cloud, state: MediaLiveState): ServiceApi {
  const channelOf = (input: Record<string, unknown>, action: string, { principal }: OperationContext): Channel => {
    const id = String(input["channelId"]);
    cloud.iam.authorize(
      principal,
      `medialive:${action}`,
      `arn:aws:medialive:${cloud.region}:${cloud.accountId}:channel:${id}`,
    );
    const channel = state.channel(id);
    if (channel === undefined) throw new AwsError("NotFoundException", `Channel ${id} was not found.`, 404);
    return channel;
  };
  const all = "*";
  return restJsonApi({
    signingName: "medialive",
    routes: [
      {
        method: "GET",
        path: "/prod/channels",
        run(_input, { principal }) {
          cloud.iam.authorize(principal, "medialive:ListChannels", all);
          return { channels: state.channels().map(describeChannel) };
        },
      },
      {
        method: "GET",
        path: "/prod/channels/{channelId}",
        run: (input, context) => describeChannel(channelOf(input, "DescribeChannel", context)),
      },
      {
        method: "GET",
        path: "/prod/channels/{channelId}/alerts",
        run(input, { principal }) {
          cloud.iam.authorize(principal, "medialive:ListAlerts", all);
          const channel = state.channel(String(input["channelId"]));
          if (channel === undefined)
            throw new AwsError("NotFoundException", `Channel ${String(input["channelId"])} was not found.`, 404);
          // Cleared alerts are not kept.
          const filter = input["stateFilter"] ?? "ALL";
          if (filter !== "ALL" && filter !== "SET" && filter !== "CLEARED")
            throw new AwsError("BadRequestException", "stateFilter must be SET, CLEARED or ALL.");
          return { alerts: filter === "CLEARED" ? [] : state.alerts(channel) };
        },
      },
      {
        method: "POST",
        path: "/prod/channels/{channelId}/start",
        run(input, context) {
          const channel = channelOf(input, "StartChannel", context);
          state.start(channel);
          return { ...describeChannel(channel), state: "STARTING" };
        },
      },
      {
        method: "POST",
        path: "/prod/channels/{channelId}/stop",
        run(input, context) {
          const channel = channelOf(input, "StopChannel", context);
          state.stop(channel);
          return describeChannel(channel);
        },
      },
      {
        method: "GET",
        path: "/prod/inputs",
        run(_input, { principal }) {
          cloud.iam.authorize(principal, "medialive:ListInputs", all);
          return { inputs: state.inputs().map((input) => describeInput(input, state)) };
        },
      },
      {
        method: "GET",
        path: "/prod/inputs/{inputId}",
        run({ inputId }, { principal }) {
          const id = String(inputId);
          cloud.iam.authorize(
            principal,
            "medialive:DescribeInput",
            `arn:aws:medialive:${cloud.region}:${cloud.accountId}:input:${id}`,
          );
          const input = state.input(id);
          if (input === undefined) throw new AwsError("NotFoundException", `Input ${id} was not found.`, 404);
          return describeInput(input, state);
        },
      },
    ],
  });
}

function describeChannel({ configuration, state, pipelines }: Channel): Record<string, unknown> {
  const { id, arn, name, channelClass, roleArn, inputIds, tags } = configuration;
  return {
    id,
    arn,
    name,
    channelClass,
    roleArn,
    state,
    pipelinesRunningCount: pipelines.length,
    pipelineDetails: pipelines.map((_, number) => ({
      pipelineId: String(number),
      activeInputAttachmentName: inputIds[0],
    })),
    inputAttachments: inputIds.map((inputId) => ({ inputId })),
    egressEndpoints: [],
    tags,
  };
}

/** An input as DescribeInput and the getInput function return it. */
export function describeInput(input: Input, state: MediaLiveState): Record<string, unknown> {
  const attached = state.channels().filter(({ configuration }) => configuration.inputIds.includes(input.id));
  return {
    id: input.id,
    arn: input.arn,
    name: input.name,
    type: input.srt === undefined ? "RTMP_PUSH" : "SRT_LISTENER",
    inputClass: input.streamNames.length > 1 ? "STANDARD" : "SINGLE_PIPELINE",
    inputSourceType: "STATIC",
    state: attached.length > 0 ? "ATTACHED" : "DETACHED",
    attachedChannels: attached.map(({ configuration }) => configuration.id),
    securityGroups: input.securityGroupIds,
    destinations: state.urlsOf(input).map((url) => {
      const { hostname, port } = new URL(url);
      return { url, ip: hostname, port };
    }),
    tags: input.tags,
  };
}

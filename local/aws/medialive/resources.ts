import { randomInt } from "node:crypto";
import { Type } from "typebox";
import type { FunctionProvider, Properties, ResourceProvider, ResourceState } from "../../engine/provider.ts";
import { physicalName } from "../../engine/physical-name.ts";
import type { Iam } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { anything, closed } from "../../check.ts";
import { block, maybeText, properties, text, textMap, texts } from "../support/inputs.ts";
import type { ChannelConfiguration } from "./channel.ts";
import { EncoderSettingsSchema } from "./encoder-schema.ts";
import { readEncoderSettings } from "./encoder-settings.ts";
import type { Networks } from "../vpc.ts";
import type { Input, Inputs } from "./inputs.ts";
import { checkSettings } from "./settings.ts";

/** The state that the providers change. */
export interface MediaLiveResources {
  region: string;
  accountId: string;
  inputs: Inputs;
  iam: Iam;
  networks: Networks;
  putChannel(configuration: ChannelConfiguration): void;
  removeChannel(id: string): Promise<void>;
  /** DescribeInput's response; throws NotFoundException. */
  describeInput(id: string): Properties;
}

/** The MediaLive resource types of `@pulumi/aws` that have an effect here. */
export function mediaLiveProviders(live: MediaLiveResources): ResourceProvider[] {
  const arnOf = (kind: string, id: string): string =>
    `arn:aws:medialive:${live.region}:${live.accountId}:${kind}:${id}`;
  const idOf = (prior: ResourceState | undefined): string => prior?.id ?? String(randomInt(1_000_000, 10_000_000));

  const securityGroup: ResourceProvider = {
    type: "aws:medialive/inputSecurityGroup:InputSecurityGroup",
    honoured: ["whitelistRules"],
    ignored: ["tags"],
    async apply({ inputs, prior }) {
      const id = idOf(prior);
      live.inputs.putGroup(
        id,
        checkSettings(Whitelist, inputs["whitelistRules"] ?? [], "whitelistRules").map(({ cidr }) => cidr),
      );
      return { id, outputs: { arn: arnOf("inputSecurityGroup", id), inputs: [] } };
    },
    async remove({ id }) {
      live.inputs.removeGroup(id);
    },
  };

  const input: ResourceProvider = {
    type: "aws:medialive/input:Input",
    honoured: ["name", "type", "destinations", "inputSecurityGroups", "vpc", "roleArn"],
    ignored: ["tags"],
    replaceOnChanges: ["type", "vpc"],
    async apply({ name: logicalName, inputs, prior }) {
      const type = text(inputs, "type");
      if (type !== "RTMP_PUSH")
        throw new AwsError(
          "UnprocessableEntityException",
          `The local engine supports RTMP_PUSH inputs only, not ${type}.`,
          422,
        );
      const id = idOf(prior);
      const name = physicalName(inputs["name"], logicalName, prior);
      const streamNames = checkSettings(StreamNames, inputs["destinations"] ?? [], "destinations").map(
        ({ streamName }) => streamName,
      );
      if (streamNames.length === 0)
        throw new AwsError(
          "UnprocessableEntityException",
          "An RTMP_PUSH input needs a destination with a stream name, APP/KEY.",
          422,
        );
      const securityGroupIds = texts(inputs, "inputSecurityGroups");
      const vpc = readVpc(inputs, live);
      if (vpc === undefined && securityGroupIds.length === 0)
        throw new AwsError(
          "UnprocessableEntityException",
          "An RTMP_PUSH input needs an input security group, or a VPC.",
          422,
        );
      live.inputs.put({
        id,
        arn: arnOf("input", id),
        name,
        streamNames,
        securityGroupIds,
        ...(vpc === undefined ? {} : { vpc }),
        tags: textMap(inputs, "tags"),
      });
      return {
        id,
        outputs: {
          name,
          arn: arnOf("input", id),
          attachedChannels: [],
          inputClass: streamNames.length > 1 ? "STANDARD" : "SINGLE_PIPELINE",
          inputPartnerIds: [],
          inputSourceType: "STATIC",
        },
      };
    },
    async remove({ id }) {
      live.inputs.remove(id);
    },
  };

  const channel: ResourceProvider = {
    type: "aws:medialive/channel:Channel",
    honoured: [
      "name",
      "channelClass",
      "destinations",
      "encoderSettings",
      "inputAttachments",
      "roleArn",
      "startChannel",
    ],
    // The codec and size come from the stream itself; the engine does its own logging.
    ignored: ["inputSpecification", "logLevel", "maintenance", "tags"],
    replaceOnChanges: ["channelClass"],
    async apply({ name: logicalName, inputs, prior }) {
      const id = idOf(prior);
      const arn = arnOf("channel", id);
      const name = physicalName(inputs["name"], logicalName, prior);
      live.putChannel({ id, arn, name, ...readChannel(inputs, live.inputs), tags: textMap(inputs, "tags") });
      return { id, outputs: { name, arn, channelId: id } };
    },
    async remove({ id }) {
      await live.removeChannel(id);
    },
  };

  return [securityGroup, input, channel];
}

/** `aws.medialive.getInput`: where publishers connect. */
export function mediaLiveFunctions(live: MediaLiveResources): FunctionProvider[] {
  return [{ token: "aws:medialive/getInput:getInput", invoke: async (args) => live.describeInput(text(args, "id")) }];
}

const Whitelist = Type.Array(Type.Object({ cidr: Type.String() }));

const StreamNames = Type.Array(Type.Object({ streamName: Type.String() }));

const Destinations = Type.Array(
  Type.Object({ id: Type.String(), settings: Type.Array(Type.Object({ url: Type.String() })) }),
);

const InputAttachments = Type.Array(
  closed({
    inputId: Type.String(),
    inputAttachmentName: anything,
    inputSettings: Type.Optional(
      closed({
        audioSelectors: Type.Optional(Type.Array(closed({ name: Type.String() }))),
        sourceEndBehavior: Type.Optional(Type.Enum(["CONTINUE"])),
      }),
    ),
  }),
);

/**
 * An input's private network, checked by the rules of CreateInput:
 * https://docs.aws.amazon.com/medialive/latest/apireference/inputs.html
 */
function readVpc(inputs: Properties, { iam, networks, region, accountId }: MediaLiveResources): Input["vpc"] {
  const vpc = block(inputs, "vpc", ["subnetIds", "securityGroupIds"]);
  if (vpc === undefined) return undefined;
  const refuse = (why: string): AwsError =>
    new AwsError("UnprocessableEntityException", `An input in a VPC ${why}.`, 422);
  if (texts(inputs, "inputSecurityGroups").length > 0)
    throw refuse("must not have input security groups; the VPC's security groups control who may stream");
  const role = iam.assume(
    maybeText(inputs, "roleArn") ?? fail(refuse("needs a role with which MediaLive creates its network interfaces")),
    "medialive.amazonaws.com",
  );
  const subnets = texts(vpc, "subnetIds").map((id) => networks.subnet(id));
  if (subnets.length !== 2 || new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size !== 2)
    throw refuse("needs two subnets, in two availability zones");
  const groups = texts(vpc, "securityGroupIds").map((id) => networks.securityGroup(id));
  if (groups.length === 0 || groups.length > 5) throw refuse("needs one to five security groups");
  if (new Set([...subnets, ...groups].map(({ vpcId }) => vpcId)).size !== 1)
    throw refuse("must use subnets and security groups of the same VPC");
  for (const { id } of subnets)
    iam.authorize(role, "ec2:CreateNetworkInterface", `arn:aws:ec2:${region}:${accountId}:subnet/${id}`);
  return { subnetIds: subnets.map(({ id }) => id), securityGroupIds: groups.map(({ id }) => id) };
}

function fail(error: AwsError): never {
  throw error;
}

/** Reads a channel's inputs, with the checks that MediaLive makes. */
function readChannel(inputs: Properties, known: Inputs): Omit<ChannelConfiguration, "id" | "arn" | "name" | "tags"> {
  const channelClass = text(inputs, "channelClass");
  if (channelClass !== "SINGLE_PIPELINE" && channelClass !== "STANDARD")
    throw unprocessable(`channelClass is ${channelClass}; it must be SINGLE_PIPELINE or STANDARD`);
  const attachments = checkSettings(InputAttachments, inputs["inputAttachments"] ?? [], "inputAttachments");
  const inputIds = attachments.map(({ inputId }) => inputId);
  if (inputIds.length !== 1)
    throw unprocessable("a channel must have exactly one input attachment in the local engine");
  for (const id of inputIds) if (known.get(id) === undefined) throw unprocessable(`the input ${id} does not exist`);

  const pipelines = channelClass === "STANDARD" ? 2 : 1;
  const destinations = new Map<string, string>();
  for (const { id, settings } of checkSettings(Destinations, inputs["destinations"] ?? [], "destinations")) {
    const urls = settings.map(({ url }) => url);
    if (urls.length !== pipelines)
      throw unprocessable(
        `the destination "${id}" needs ${pipelines} ` +
          `URL${pipelines > 1 ? "s, one for each pipeline" : ""}, not ${urls.length}`,
      );
    destinations.set(id, urls[0]!);
  }
  const encoderSettings = properties(inputs["encoderSettings"]);
  if (encoderSettings === undefined) throw unprocessable("encoderSettings is missing");
  const settings = readEncoderSettings(encoderSettings);
  for (const id of [settings.packageDestination, settings.archive?.destination])
    if (id !== undefined && !destinations.has(id))
      throw unprocessable(`an output group refers to the destination "${id}", which the channel does not have`);
  const selectors = attachments.flatMap(({ inputSettings }) => inputSettings?.audioSelectors ?? []);
  const { audioDescriptions = [] } = checkSettings(EncoderSettingsSchema, encoderSettings, "encoderSettings");
  for (const { audioSelectorName: selector } of audioDescriptions)
    if (selector !== undefined && !selectors.some(({ name }) => name === selector))
      throw unprocessable(
        `an audio description refers to the audio selector "${selector}", which the input attachment does not have`,
      );
  return { channelClass, roleArn: text(inputs, "roleArn"), inputIds, destinations, settings };
}

function unprocessable(why: string): AwsError {
  return new AwsError("UnprocessableEntityException", `The channel cannot be created: ${why}.`, 422);
}

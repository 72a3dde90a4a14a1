import { randomInt } from "node:crypto";
import { Type, type Static } from "typebox";
import type { FunctionProvider, Properties } from "../../engine/provider.ts";
import { anything, closed } from "../../check.ts";
import type { ResourceType } from "../cloudformation/resource-type.ts";
import type { Iam } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { text } from "../support/inputs.ts";
import type { Networks } from "../vpc.ts";
import type { ChannelConfiguration } from "./channel.ts";
import { EncoderSettingsSchema } from "./encoder-schema.ts";
import { readEncoderSettings } from "./encoder-settings.ts";
import type { Input, Inputs, SrtSettings } from "./inputs.ts";
import { checkSettings } from "./settings.ts";

/** The state that the resource types change. */
export interface MediaLiveResources {
  region: string;
  accountId: string;
  inputs: Inputs;
  iam: Iam;
  networks: Networks;
  /** Throws ConflictException for an input that would change while its channel is not idle. */
  putInput(input: Input): void;
  /** Listens for the callers of an SRT input, also after its settings have changed. */
  listen(input: Input): Promise<void>;
  removeInput(id: string): Promise<void>;
  /** Throws ConflictException for a channel that is not idle and would change. */
  putChannel(configuration: ChannelConfiguration): void;
  removeChannel(id: string): Promise<void>;
  /** DescribeInput's response; throws NotFoundException. */
  describeInput(id: string): Properties;
}

/**
 * MediaLive's resource types of CloudFormation:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_MediaLive.html
 */
export function mediaLiveTypes(live: MediaLiveResources): ResourceType[] {
  const arnOf = (kind: string, id: string): string =>
    `arn:aws:medialive:${live.region}:${live.accountId}:${kind}:${id}`;
  const newId = (): string => String(randomInt(1_000_000, 10_000_000));
  return [
    {
      name: "AWS::MediaLive::InputSecurityGroup",
      createOnly: ["Tags"],
      async put(properties, id = newId()) {
        const { WhitelistRules: rules } = checkSettings(GuardProperties, properties, "InputSecurityGroup");
        live.inputs.putGroup(
          id,
          rules.map(({ Cidr }) => Cidr),
        );
        return { id, attributes: { Arn: arnOf("inputSecurityGroup", id) } };
      },
      async remove(id) {
        live.inputs.removeGroup(id);
      },
    },
    {
      name: "AWS::MediaLive::Input",
      createOnly: ["Type", "Vpc"],
      async put(properties, id = newId()) {
        const {
          Type: type,
          SrtSettings: srt,
          Name: name,
          Destinations: destinations = [],
          InputSecurityGroups: securityGroupIds = [],
          Vpc: vpc,
          RoleArn: roleArn,
          Tags: tags = {},
        } = checkSettings(InputProperties, properties, "Input");
        if ((type === "RTMP_PUSH") !== destinations.length > 0)
          throw unprocessable("an RTMP_PUSH input, and no other, needs a destination with a stream name, APP/KEY");
        if ((type === "SRT_LISTENER") !== (srt !== undefined))
          throw unprocessable("an SRT_LISTENER input, and no other, needs SrtSettings");
        if (vpc === undefined && securityGroupIds.length === 0)
          throw unprocessable(`an ${type} input needs an input security group, or a VPC`);
        if (vpc !== undefined && securityGroupIds.length > 0)
          throw unprocessable(
            "an input in a VPC must not have input security groups; the VPC's security groups control who may stream",
          );
        const arn = arnOf("input", id);
        const input = {
          id,
          arn,
          name,
          streamNames: destinations.map(({ StreamName }) => StreamName),
          ...(srt === undefined ? {} : { srt: srtOf(srt) }),
          securityGroupIds,
          ...(vpc === undefined ? {} : { vpc: networkOf(vpc, roleArn, live) }),
          tags,
        };
        live.putInput(input);
        if (srt !== undefined) await live.listen(input);
        return { id, attributes: { Arn: arn } };
      },
      remove: (id) => live.removeInput(id),
    },
    {
      name: "AWS::MediaLive::Channel",
      createOnly: [],
      async put(properties, id = newId()) {
        const arn = arnOf("channel", id);
        live.putChannel({ id, arn, ...readChannel(properties, live.inputs) });
        return { id, attributes: { Arn: arn } };
      },
      remove: (id) => live.removeChannel(id),
    },
  ];
}

/** `aws.medialive.getInput`: where publishers connect. */
export function mediaLiveFunctions(live: MediaLiveResources): FunctionProvider[] {
  return [{ token: "aws:medialive/getInput:getInput", invoke: async (args) => live.describeInput(text(args, "id")) }];
}

const Tags = Type.Optional(Type.Record(Type.String(), Type.String()));

const GuardProperties = closed({ WhitelistRules: Type.Array(closed({ Cidr: Type.String() })), Tags });

const Vpc = closed({ SubnetIds: Type.Array(Type.String()), SecurityGroupIds: Type.Array(Type.String()) });

const SrtListenerSettings = closed({
  Decryption: closed({
    Algorithm: Type.Enum(["AES128", "AES192", "AES256"]),
    PassphraseSecretArn: Type.String(),
  }),
  MinimumLatency: Type.Optional(Type.Integer({ minimum: 0, maximum: 15_000 })),
  StreamId: Type.Optional(Type.String()),
});

const InputProperties = closed({
  Name: Type.String(),
  Type: Type.Enum(["RTMP_PUSH", "SRT_LISTENER"]),
  SrtSettings: Type.Optional(closed({ SrtListenerSettings })),
  Destinations: Type.Optional(Type.Array(closed({ StreamName: Type.String() }))),
  InputSecurityGroups: Type.Optional(Type.Array(Type.String())),
  Vpc: Type.Optional(Vpc),
  RoleArn: Type.Optional(Type.String()),
  Tags,
});

const ChannelProperties = closed({
  Name: Type.String(),
  ChannelClass: Type.Enum(["SINGLE_PIPELINE", "STANDARD"]),
  RoleArn: Type.String(),
  // The codec and size come from the stream itself; the engine does its own logging.
  InputSpecification: anything,
  LogLevel: anything,
  Maintenance: anything,
  InputAttachments: Type.Array(
    closed({
      InputId: Type.String(),
      InputAttachmentName: anything,
      InputSettings: Type.Optional(
        closed({
          AudioSelectors: Type.Optional(Type.Array(closed({ Name: Type.String() }))),
          SourceEndBehavior: Type.Optional(Type.Enum(["CONTINUE"])),
        }),
      ),
    }),
  ),
  Destinations: Type.Array(closed({ Id: Type.String(), Settings: Type.Array(closed({ Url: Type.String() })) })),
  EncoderSettings: EncoderSettingsSchema,
  Tags,
});

/** The default latency is SRT's own. */
function srtOf({
  SrtListenerSettings: settings,
}: {
  SrtListenerSettings: Static<typeof SrtListenerSettings>;
}): SrtSettings {
  const { Decryption, MinimumLatency: latencyMs = 120, StreamId: streamId } = settings;
  const keyBits = ({ AES128: 128, AES192: 192, AES256: 256 } as const)[Decryption.Algorithm];
  const passphraseSecretArn = Decryption.PassphraseSecretArn;
  return { passphraseSecretArn, keyBits, latencyMs, ...(streamId === undefined ? {} : { streamId }) };
}

/**
 * An input's private network, checked by the rules of CreateInput:
 * https://docs.aws.amazon.com/medialive/latest/apireference/inputs.html
 */
function networkOf(
  { SubnetIds, SecurityGroupIds }: { SubnetIds: string[]; SecurityGroupIds: string[] },
  roleArn: string | undefined,
  { iam, networks, region, accountId }: MediaLiveResources,
): NonNullable<Input["vpc"]> {
  if (roleArn === undefined)
    throw unprocessable("an input in a VPC needs a role with which MediaLive creates its network interfaces");
  const role = iam.assume(roleArn, "medialive.amazonaws.com");
  const subnets = SubnetIds.map((id) => networks.subnet(id));
  if (subnets.length !== 2 || new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size !== 2)
    throw unprocessable("an input in a VPC needs two subnets, in two availability zones");
  const groups = SecurityGroupIds.map((id) => networks.securityGroup(id));
  if (groups.length === 0 || groups.length > 5)
    throw unprocessable("an input in a VPC needs one to five security groups");
  if (new Set([...subnets, ...groups].map(({ vpcId }) => vpcId)).size !== 1)
    throw unprocessable("an input in a VPC must use subnets and security groups of the same VPC");
  for (const { id } of subnets)
    iam.authorize(role, "ec2:CreateNetworkInterface", `arn:aws:ec2:${region}:${accountId}:subnet/${id}`);
  return { subnetIds: subnets.map(({ id }) => id), securityGroupIds: groups.map(({ id }) => id) };
}

/** Reads a channel's properties, with the checks that MediaLive makes. */
function readChannel(properties: Properties, known: Inputs): Omit<ChannelConfiguration, "id" | "arn"> {
  const channel = checkSettings(ChannelProperties, properties, "Channel");
  const { ChannelClass: channelClass, InputAttachments: attachments, Destinations: destinations } = channel;
  const inputIds = attachments.map(({ InputId }) => InputId);
  if (inputIds.length !== 1)
    throw unprocessable("a channel must have exactly one input attachment in the local engine");
  const pipelines = channelClass === "STANDARD" ? 2 : 1;
  for (const id of inputIds) {
    const input = known.get(id);
    if (input === undefined) throw unprocessable(`the input ${id} does not exist`);
    if (input.srt !== undefined && pipelines > 1)
      throw unprocessable("the local engine has one pipeline for an SRT input");
    if (input.srt === undefined && input.streamNames.length < pipelines)
      throw unprocessable(`a channel of the class ${channelClass} needs an input with ${pipelines} destinations`);
  }
  const urls = new Map<string, string[]>();
  for (const { Id: id, Settings: settings } of destinations) {
    if (settings.length !== pipelines)
      throw unprocessable(
        `the destination "${id}" needs ${pipelines} ` +
          `URL${pipelines > 1 ? "s, one for each pipeline" : ""}, not ${settings.length}`,
      );
    urls.set(
      id,
      settings.map(({ Url }) => Url),
    );
  }
  const settings = readEncoderSettings(channel.EncoderSettings);
  for (const id of [settings.packageDestination, settings.archive?.destination])
    if (id !== undefined && !urls.has(id))
      throw unprocessable(`an output group refers to the destination "${id}", which the channel does not have`);
  const selectors = attachments.flatMap(({ InputSettings }) => InputSettings?.AudioSelectors ?? []);
  for (const { AudioSelectorName: selector } of channel.EncoderSettings.AudioDescriptions ?? [])
    if (selector !== undefined && !selectors.some(({ Name }) => Name === selector))
      throw unprocessable(
        `an audio description refers to the audio selector "${selector}", which the input attachment does not have`,
      );
  const { Name: name, RoleArn: roleArn, Tags: tags = {} } = channel;
  const passphraseSecretArns = inputIds.flatMap((id) => known.get(id)?.srt?.passphraseSecretArn ?? []);
  return { name, channelClass, roleArn, inputIds, passphraseSecretArns, destinations: urls, settings, tags };
}

function unprocessable(why: string): AwsError {
  return new AwsError("UnprocessableEntityException", `${why.charAt(0).toUpperCase()}${why.slice(1)}.`, 422);
}

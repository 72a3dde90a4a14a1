import type {
  CreateChannelRequest,
  CreateInputRequest,
  CreateInputSecurityGroupRequest,
} from "@aws-sdk/client-medialive";
import { audioSelectors, encoderSettings, packageDestination, archiveDestination } from "./encoder-settings.ts";
import type { EncoderArgs } from "./encoder-settings.ts";

/** A reference of a CloudFormation template to another of its resources. */
type Reference =
  | { Ref: string }
  | { "Fn::GetAtt": [resource: string, attribute: string] }
  | { "Fn::Join": [separator: string, parts: { Ref: string }[]] };

/** A request of the SDK as a template has it: the same members, of which any text may be a reference. */
type Templated<Value> = Value extends string
  ? Value | Reference
  : Value extends readonly (infer Item)[]
    ? Templated<Item>[]
    : Value extends object
      ? { [Member in keyof Value]: Templated<Value[Member]> }
      : Value;

interface TemplateResource<Type extends string, Request> {
  Type: Type;
  Properties: Omit<Templated<Request>, "RequestId">;
}

type Guard = TemplateResource<"AWS::MediaLive::InputSecurityGroup", CreateInputSecurityGroupRequest>;
type Input = TemplateResource<"AWS::MediaLive::Input", CreateInputRequest>;
type Channel = TemplateResource<"AWS::MediaLive::Channel", CreateChannelRequest>;

/** A CloudFormation template of MediaLive resources. */
export interface LiveChannelTemplate {
  AWSTemplateFormatVersion: "2010-09-09";
  Description: string;
  Resources: Record<string, Guard | Input | Channel>;
  Outputs: Record<LiveChannelOutput, { Value: Reference }>;
}

/** What the stack of the template tells. */
export type LiveChannelOutput = "ChannelId" | "ChannelArn" | "InputId" | "InputArn";

export interface LiveChannelTemplateArgs extends EncoderArgs {
  /** Of the channel and its input, as MediaLive's console shows them. */
  name: string;
  channelClass: "SINGLE_PIPELINE" | "STANDARD";
  /** How encoders stream: RTMP to `APP/KEY`, one for each pipeline, or SRT with a passphrase. */
  source: { streamNames: readonly string[] } | { passphraseSecretArn: string };
  /** Of the keys in the source. @default 1 */
  streamKeyVersion?: number;
  /** Who may stream: IPv4 ranges, or the private network that the input is in. */
  ingest:
    | { cidrs: readonly string[] }
    | { subnetIds: readonly string[]; securityGroupIds: readonly string[]; roleArn: string };
  /** MediaLive's role. */
  roleArn: string;
  /** Where each pipeline sends the ladder, and its archive. */
  packageUrls: readonly string[];
  archiveUrls: readonly string[];
  tags: Record<string, string>;
}

/** How long packets wait for those that the line lost: about four round trips between continents. */
const srtLatencyMs = 1000;

/**
 * The input, its guard and the channel, as a CloudFormation template. Neither Pulumi provider can declare them as
 * MediaLive has them: `@pulumi/aws` takes the addresses of the pipelines for a set, in which two equal ones become one
 * and any may come first, and updates an input without its network; `@pulumi/aws-native` has no such resources.
 *
 * A channel of another class is another resource with an input of its own, because CloudFormation makes the new before
 * it removes the old, and an input is attached to one channel only. Other stream keys are another input in a private
 * network, as MediaLive edits the stream names of no such input, and else the same one:
 * https://docs.aws.amazon.com/medialive/latest/ug/edit-input.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_MediaLive.html
 */
export function liveChannelTemplate(args: LiveChannelTemplateArgs): LiveChannelTemplate {
  const { name, channelClass, ingest, source, streamKeyVersion = 1, roleArn, tags } = args;
  const prefix = channelClass === "STANDARD" ? "Standard" : "";
  const inputName = `${prefix}Input${"cidrs" in ingest || streamKeyVersion === 1 ? "" : streamKeyVersion}`;
  const channelName = `${prefix}Channel`;
  const guard = {
    Type: "AWS::MediaLive::InputSecurityGroup",
    Properties: { WhitelistRules: "cidrs" in ingest ? ingest.cidrs.map((cidr) => ({ Cidr: cidr })) : [], Tags: tags },
  } satisfies Guard;
  const input = {
    Type: "AWS::MediaLive::Input",
    Properties: {
      Name: name,
      ...("streamNames" in source
        ? { Type: "RTMP_PUSH", Destinations: source.streamNames.map((StreamName) => ({ StreamName })) }
        : {
            Type: "SRT_LISTENER",
            SrtSettings: {
              SrtListenerSettings: {
                Decryption: { Algorithm: "AES256", PassphraseSecretArn: source.passphraseSecretArn },
                MinimumLatency: srtLatencyMs,
              },
            },
          }),
      // An input in a network has no input security group:
      // https://docs.aws.amazon.com/medialive/latest/apireference/inputs.html
      ...("cidrs" in ingest
        ? // Not by Ref alone, which the schema takes for the id of a security group of EC2.
          { InputSecurityGroups: [{ "Fn::Join": ["", [{ Ref: "InputSecurityGroup" }]] }] }
        : {
            Vpc: { SubnetIds: [...ingest.subnetIds], SecurityGroupIds: [...ingest.securityGroupIds] },
            RoleArn: ingest.roleArn,
          }),
      Tags: tags,
    },
  } satisfies Input;
  const channel = {
    Type: "AWS::MediaLive::Channel",
    Properties: {
      Name: name,
      ChannelClass: channelClass,
      RoleArn: roleArn,
      InputSpecification: { Codec: "AVC", Resolution: "HD", MaximumBitrate: "MAX_10_MBPS" },
      InputAttachments: [
        {
          InputId: { Ref: inputName },
          InputAttachmentName: "streamNames" in source ? "rtmp" : "srt",
          InputSettings: { AudioSelectors: audioSelectors },
        },
      ],
      Destinations: [
        { Id: packageDestination, Settings: args.packageUrls.map((url) => ({ Url: url })) },
        { Id: archiveDestination, Settings: args.archiveUrls.map((url) => ({ Url: url })) },
      ],
      EncoderSettings: encoderSettings(args),
      Tags: tags,
    },
  } satisfies Channel;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "A live channel of Spotlight: its input and its encoder",
    Resources: {
      ...("cidrs" in ingest ? { InputSecurityGroup: guard } : {}),
      [inputName]: input,
      [channelName]: channel,
    },
    Outputs: {
      ChannelId: { Value: { Ref: channelName } },
      ChannelArn: { Value: { "Fn::GetAtt": [channelName, "Arn"] } },
      InputId: { Value: { Ref: inputName } },
      InputArn: { Value: { "Fn::GetAtt": [inputName, "Arn"] } },
    },
  };
}

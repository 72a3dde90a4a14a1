import * as mediapackage from "@pulumi/aws-native/mediapackagev2/index.js";
import * as medialive from "@pulumi/aws/medialive/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random/randomPassword.js";
import {
  archiveDestination,
  audioSelectors,
  encoderSettings,
  packageDestination,
  type EncoderArgs,
} from "./encoder-settings.ts";
import type { PackagedChannel } from "./live-origin.ts";
import type { IngestNetwork } from "./private-ingest.ts";
import { policyDocument } from "./policy.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { ServiceRole } from "./service-role.ts";

export interface LiveChannelArgs extends EncoderArgs {
  /** Part of archive keys. */
  id: string;
  /** IPv4 ranges that may stream. In a private network, its security group applies instead. */
  ingestCidrs: readonly string[];
  /** The private network that the input is in. @default the internet */
  network?: IngestNetwork;
  /** STANDARD runs two pipelines, each with its own ingest address. */
  channelClass: "SINGLE_PIPELINE" | "STANDARD";
  /** Gets the recordings, at `ID/BROADCAST/recording.NNNNNN.ts`. */
  archive: PrivateBucket;
  /** Packages the ladder for viewers. */
  origin: PackagedChannel;
  tags?: Record<string, string>;
}

/**
 * A live channel: an RTMP input with a secret stream key and, when started, an encoder that feeds the packager and the
 * archive. Starting and stopping is the API's work; a deployment leaves a running channel running unless its settings
 * change.
 */
export class LiveChannel extends pulumi.ComponentResource {
  readonly id: string;
  readonly origin: PackagedChannel;
  /** Its pipelines, by MediaLive's numbers: one, or two of a STANDARD channel. */
  readonly pipelines: readonly number[];
  /** MediaLive's id of the channel. */
  readonly channelId: pulumi.Output<string>;
  readonly channelArn: pulumi.Output<string>;
  /** MediaLive's id of the input. */
  readonly inputId: pulumi.Output<string>;
  readonly inputArn: pulumi.Output<string>;
  /** The Server setting in OBS: `rtmp://HOST:1935/live`, one for each pipeline. */
  readonly ingestServers: pulumi.Output<string[]>;
  /** The Stream Key setting in OBS. */
  readonly streamKey: pulumi.Output<string>;

  constructor(name: string, args: LiveChannelArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:LiveChannel", name, {}, options);
    const { tags, origin } = args;
    const parent = { parent: this };
    const pipelines = args.channelClass === "STANDARD" ? [0, 1] : [0];

    const key = new random.RandomPassword(`${name}-stream-key`, { length: 32, special: false }, parent);
    const streamName = pulumi.interpolate`live/${key.result}`;
    const input = new medialive.Input(
      name,
      {
        type: "RTMP_PUSH",
        ...(args.network === undefined ? onInternet(name, args, parent) : inNetwork(args.network)),
        destinations: pipelines.map(() => ({ streamName })),
        tags,
      },
      parent,
    );
    // The input resource returns only the stream names from its inputs; the addresses come from MediaLive.
    const addresses = medialive.getInputOutput({ id: input.id }, parent).destinations;

    const role = new ServiceRole(
      `${name}-encoder`,
      {
        service: "medialive.amazonaws.com",
        statements: [
          { Sid: "Archive", Action: "s3:PutObject", Resource: pulumi.interpolate`${args.archive.arn}/*` },
          { Sid: "Package", Action: "mediapackagev2:PutObject", Resource: origin.channelArn },
        ],
        tags,
      },
      parent,
    );
    const mayPackage = new mediapackage.ChannelPolicy(
      name,
      {
        channelGroupName: origin.groupName,
        channelName: origin.channelName,
        policy: policyObject(
          policyDocument([
            {
              Sid: "EncoderPuts",
              Principal: { AWS: role.arn },
              Action: "mediapackagev2:PutObject",
              Resource: origin.channelArn,
            },
          ]),
        ),
        // A new role takes some seconds to reach other services, which reject a policy that names an unknown role.
        // Waiting for the input, which takes longer, avoids that.
      },
      { parent: this, dependsOn: [input] },
    );

    const channel = new medialive.Channel(
      name,
      {
        channelClass: args.channelClass,
        roleArn: role.arn,
        inputSpecification: { codec: "AVC", inputResolution: "HD", maximumBitrate: "MAX_10_MBPS" },
        inputAttachments: [{ inputId: input.id, inputAttachmentName: "rtmp", inputSettings: { audioSelectors } }],
        destinations: [
          {
            id: packageDestination,
            settings: pipelines.map((pipeline) => ({ url: origin.ingestUrls.apply((urls) => urlOf(urls, pipeline)) })),
          },
          {
            id: archiveDestination,
            settings: pipelines.map((pipeline) => ({ url: archiveUrl(args.archive.bucket, args.id, pipeline) })),
          },
        ],
        encoderSettings: encoderSettings(args),
        startChannel: false,
        tags,
      },
      { parent: this, dependsOn: [mayPackage], ignoreChanges: ["startChannel"] },
    );

    this.id = args.id;
    this.origin = origin;
    this.pipelines = pipelines;
    this.channelId = channel.channelId;
    this.channelArn = channel.arn;
    this.inputId = input.id;
    this.inputArn = input.arn;
    // The key is the last part of the address, so what is before it is no secret.
    this.ingestServers = pulumi.unsecret(
      addresses.apply((all) => all.map((address) => address.url.slice(0, address.url.lastIndexOf("/")))),
    );
    this.streamKey = pulumi.secret(key.result);
    this.registerOutputs({ channelId: this.channelId, ingestServers: this.ingestServers, streamKey: this.streamKey });
  }
}

type InputPlace = Pick<medialive.InputArgs, "inputSecurityGroups" | "vpc" | "roleArn">;

function onInternet(
  name: string,
  { ingestCidrs, tags }: LiveChannelArgs,
  parent: pulumi.CustomResourceOptions,
): InputPlace {
  const guard = new medialive.InputSecurityGroup(
    name,
    { whitelistRules: ingestCidrs.map((cidr) => ({ cidr })), tags },
    parent,
  );
  return { inputSecurityGroups: [guard.id] };
}

/**
 * An input in a network has no input security group:
 * https://docs.aws.amazon.com/medialive/latest/apireference/inputs.html
 */
function inNetwork({ subnetIds, securityGroupIds, roleArn }: IngestNetwork): InputPlace {
  return { vpc: { subnetIds, securityGroupIds }, roleArn };
}

/** MediaPackage's policies are objects, not text, to the Cloud Control provider. */
function policyObject(document: pulumi.Output<string>): pulumi.Output<unknown> {
  return document.apply((text): unknown => JSON.parse(text));
}

function urlOf(urls: readonly string[], pipeline: number): string {
  const url = urls[pipeline];
  if (url === undefined)
    throw new Error(`MediaPackage returned no ingest URL for pipeline ${pipeline}; a channel should have two.`);
  return url;
}

/**
 * `$dt$` is the UTC start of the channel's run. The second pipeline of a STANDARD channel archives the same beside the
 * first, below `_standby/`, which no channel id can hold and no notification matches.
 */
function archiveUrl(bucket: pulumi.Output<string>, id: string, pipeline: number): pulumi.Output<string> {
  return pulumi.interpolate`s3ssl://${bucket}/${pipeline === 0 ? "" : "_standby/"}${id}/$dt$/recording`;
}

import * as mediapackage from "@pulumi/aws-native/mediapackagev2/index.js";
import * as cloudformation from "@pulumi/aws/cloudformation/index.js";
import * as medialive from "@pulumi/aws/medialive/index.js";
import * as pulumi from "@pulumi/pulumi";
import { standbyFolder } from "../domain/archive-key.ts";
import type { EncoderArgs } from "./encoder-settings.ts";
import { liveChannelTemplate, type LiveChannelOutput } from "./live-channel-template.ts";
import type { PackagedChannel } from "./live-origin.ts";
import type { IngestNetwork } from "./private-ingest.ts";
import { policyDocument } from "./policy.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { ServiceRole } from "./service-role.ts";
import { StreamKey } from "./stream-key.ts";

export interface LiveChannelArgs extends EncoderArgs {
  /** Part of archive keys. */
  id: string;
  /** IPv4 ranges that may stream. In a private network, its security group applies instead. */
  ingestCidrs: readonly string[];
  /** The private network that the input is in. @default the internet */
  network?: IngestNetwork;
  /** How encoders stream. SRT takes a channel of one pipeline. */
  ingest: "rtmp" | "srt";
  /** Another number makes other stream keys, which needs the channel to be stopped. @default 1 */
  streamKeyVersion?: number;
  /** STANDARD runs two pipelines, each with its own ingest address. */
  channelClass: "SINGLE_PIPELINE" | "STANDARD";
  /** Gets the recordings, at `ID/BROADCAST/recording.NNNNNN.ts`. */
  archive: PrivateBucket;
  /** Packages the ladder for viewers. */
  origin: PackagedChannel;
  tags?: Record<string, string>;
}

/** What one encoder needs to stream. */
export interface IngestPoint {
  /** The Server setting in OBS: `rtmp://HOST:1935/live`; of SRT, `srt://HOST:PORT`. */
  readonly ingestServer: pulumi.Output<string>;
  /** The Stream Key setting in OBS, of SRT the passphrase; secret. */
  readonly streamKey: pulumi.Output<string>;
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
  /** Where to stream, for each pipeline: the same goes to both of a STANDARD channel. */
  readonly ingest: readonly IngestPoint[];

  constructor(name: string, args: LiveChannelArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:LiveChannel", name, {}, options);
    const { tags = {}, origin, network, ingest, channelClass, ladder, frameRate, rolloverSeconds } = args;
    const { streamKeyVersion } = args;
    const parent = { parent: this };
    const pipelines = channelClass === "STANDARD" ? [0, 1] : [0];
    const keys = pipelines.map(
      (pipeline) =>
        new StreamKey(`${name}-stream-key${pipeline === 0 ? "" : "-2"}`, { version: streamKeyVersion, tags }, parent),
    );

    const role = new ServiceRole(
      `${name}-encoder`,
      {
        service: "medialive.amazonaws.com",
        statements: [
          { Sid: "Archive", Action: "s3:PutObject", Resource: pulumi.interpolate`${args.archive.arn}/*` },
          ...(ingest === "srt"
            ? [{ Sid: "Passphrase", Action: "secretsmanager:GetSecretValue", Resource: keys[0]!.secretArn }]
            : []),
          { Sid: "Package", Action: "mediapackagev2:PutObject", Resource: origin.channelArn },
        ],
        tags,
      },
      parent,
    );
    const stack = new cloudformation.Stack(
      name,
      {
        templateBody: pulumi
          .output({
            name,
            channelClass,
            streamKeyVersion,
            source:
              ingest === "srt"
                ? { passphraseSecretArn: keys[0]!.secretArn }
                : { streamNames: keys.map(({ reference }) => pulumi.interpolate`live/${reference}`) },
            ingest:
              network === undefined
                ? { cidrs: args.ingestCidrs }
                : {
                    subnetIds: network.subnetIds,
                    securityGroupIds: network.securityGroupIds,
                    roleArn: network.roleArn,
                  },
            roleArn: role.arn,
            packageUrls: pipelines.map((pipeline) => origin.ingestUrls.apply((urls) => urlOf(urls, pipeline))),
            archiveUrls: pipelines.map((pipeline) => archiveUrl(args.archive.bucket, args.id, pipeline)),
            tags,
          })
          .apply((values) => JSON.stringify(liveChannelTemplate({ ...values, ladder, frameRate, rolloverSeconds }))),
        tags,
      },
      parent,
    );
    new mediapackage.ChannelPolicy(
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
      },
      // A new role takes some seconds to reach other services, which reject a policy that names an unknown role.
      // Waiting for the channel, which takes longer, avoids that.
      { parent: this, dependsOn: [stack] },
    );

    const told = (output: LiveChannelOutput): pulumi.Output<string> =>
      stack.outputs.apply((outputs) => outputs[output] ?? missing(output));

    this.id = args.id;
    this.origin = origin;
    this.pipelines = pipelines;
    this.channelId = told("ChannelId");
    this.channelArn = told("ChannelArn");
    this.inputId = told("InputId");
    this.inputArn = told("InputArn");
    // The stack tells no addresses. A key is the last part of its address, and what is before it is no secret.
    const addresses = medialive.getInputOutput({ id: this.inputId }, parent).destinations;
    this.ingest = keys.map(({ value: streamKey }, pipeline) => ({
      ingestServer: pulumi.unsecret(
        pulumi.all([addresses, streamKey]).apply(([all, key]) => serverOf(all, key, pipeline)),
      ),
      streamKey,
    }));
    this.registerOutputs({ channelId: this.channelId, ingest: this.ingest });
  }
}

/** MediaPackage's policies are objects, not text, to the Cloud Control provider. */
function policyObject(document: pulumi.Output<string>): pulumi.Output<unknown> {
  return document.apply((text): unknown => JSON.parse(text));
}

/** The address with the key, as their order is not documented. */
function serverOf(addresses: readonly { url: string }[], key: string, pipeline: number): string {
  const address = addresses.find(({ url }) => url.endsWith(`/${key}`)) ?? addresses[pipeline];
  if (address === undefined) throw new Error(`MediaLive returned no address for pipeline ${pipeline} of the input.`);
  return address.url.startsWith("srt:") ? address.url : address.url.slice(0, address.url.lastIndexOf("/"));
}

function missing(output: string): never {
  throw new Error(`The CloudFormation stack has no output ${output}; it should tell what its template says.`);
}

function urlOf(urls: readonly string[], pipeline: number): string {
  const url = urls[pipeline];
  if (url === undefined)
    throw new Error(`MediaPackage returned no ingest URL for pipeline ${pipeline}; a channel should have two.`);
  return url;
}

/**
 * `$dt$` is the UTC start of the channel's run. The second pipeline of a STANDARD channel archives the same beside the
 * first, below `_standby/`, which no channel id can hold.
 */
function archiveUrl(bucket: pulumi.Output<string>, id: string, pipeline: number): pulumi.Output<string> {
  return pulumi.interpolate`s3ssl://${bucket}/${pipeline === 0 ? "" : standbyFolder}${id}/$dt$/recording`;
}

import * as mediapackage from "@pulumi/aws-native/mediapackagev2/index.js";
import * as pulumi from "@pulumi/pulumi";

export interface LiveOriginArgs {
  /** Ids of the channels to package. */
  channels: readonly string[];
  /** Length of a live segment. */
  segmentSeconds: number;
  /** Length of the live playlist. */
  manifestWindowSeconds: number;
  /** How far back a viewer can go; 60 to 1209600. */
  startoverSeconds: number;
  tags?: Record<string, string>;
}

/** One packaged channel: its ingest and its playback. */
export interface PackagedChannel {
  groupName: pulumi.Output<string>;
  channelName: pulumi.Output<string>;
  channelArn: pulumi.Output<string>;
  endpointName: pulumi.Output<string>;
  endpointArn: pulumi.Output<string>;
  /** Ingest URLs, one for each pipeline of the encoder. */
  ingestUrls: pulumi.Output<string[]>;
  /** Playlist paths below the origin's domain: `/out/v1/GROUP/CHANNEL/live/index.m3u8` and so on. */
  lowLatencyHlsPath: pulumi.Output<string>;
  hlsPath: pulumi.Output<string>;
  dashPath: pulumi.Output<string>;
  /** How far back its playlists reach. */
  startoverSeconds: number;
}

/**
 * Live packaging by MediaPackage v2: one channel group, and for each channel a CMAF ingest and an endpoint with HLS
 * playlists, with and without low latency, and a DASH manifest over the same CMAF segments. `LiveChannel` grants
 * the encoder's role to put segments, and `Delivery` grants the distribution to get them.
 */
export class LiveOrigin extends pulumi.ComponentResource {
  /** Host from which the distribution fetches. */
  readonly domainName: pulumi.Output<string>;
  readonly channels: ReadonlyMap<string, PackagedChannel>;

  constructor(name: string, args: LiveOriginArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:LiveOrigin", name, {}, options);
    const tags = Object.entries(args.tags ?? {}).map(([key, value]) => ({ key, value }));
    const group = new mediapackage.ChannelGroup(
      name,
      {
        channelGroupName: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
        description: "Spotlight",
        tags,
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.domainName = group.egressDomain;
    this.channels = new Map(
      args.channels.map((channel) => [
        channel,
        this.#packageChannel(`${name}-${channel}`, channel, group.channelGroupName, args, tags),
      ]),
    );
    this.registerOutputs({ domainName: this.domainName });
  }

  #packageChannel(
    name: string,
    id: string,
    channelGroupName: pulumi.Output<string>,
    args: LiveOriginArgs,
    tags: { key: string; value: string }[],
  ): PackagedChannel {
    // Names are part of the playback URL, so they are fixed: delete before replacing.
    const options = { parent: this, deleteBeforeReplace: true };
    const channel = new mediapackage.Channel(
      name,
      {
        channelGroupName,
        channelName: id,
        inputType: "CMAF",
        // Of two pipelines, viewers get the one that has a picture: both go on sending whatever happens to their input.
        inputSwitchConfiguration: { mqcsInputSwitching: true },
        tags,
      },
      options,
    );
    const hls = {
      manifestWindowSeconds: args.manifestWindowSeconds,
      programDateTimeIntervalSeconds: args.segmentSeconds,
    };
    const endpoint = new mediapackage.OriginEndpoint(
      name,
      {
        channelGroupName,
        channelName: channel.channelName,
        originEndpointName: "live",
        containerType: "CMAF",
        startoverWindowSeconds: args.startoverSeconds,
        segment: { segmentName: "segment", segmentDurationSeconds: args.segmentSeconds },
        // The two kinds can't share a name.
        lowLatencyHlsManifests: [{ manifestName: "low-latency", ...hls }],
        hlsManifests: [{ manifestName: "index", ...hls }],
        dashManifests: [
          {
            manifestName: "index",
            manifestWindowSeconds: args.manifestWindowSeconds,
            minUpdatePeriodSeconds: args.segmentSeconds,
            suggestedPresentationDelaySeconds: 3 * args.segmentSeconds,
          },
        ],
        tags,
      },
      options,
    );
    return {
      groupName: channelGroupName,
      channelName: channel.channelName,
      channelArn: channel.arn,
      endpointName: endpoint.originEndpointName,
      endpointArn: endpoint.arn,
      ingestUrls: channel.ingestEndpointUrls,
      lowLatencyHlsPath: endpoint.lowLatencyHlsManifestUrls.apply(pathOfFirst),
      hlsPath: endpoint.hlsManifestUrls.apply(pathOfFirst),
      dashPath: endpoint.dashManifestUrls.apply(pathOfFirst),
      startoverSeconds: args.startoverSeconds,
    };
  }
}

function pathOfFirst(urls: readonly string[]): string {
  const [url] = urls;
  if (url === undefined)
    throw new Error(
      "MediaPackage returned no playlist URL for the endpoint. Check that it was created with its manifests.",
    );
  return new URL(url).pathname;
}

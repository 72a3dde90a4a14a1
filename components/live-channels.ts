import * as pulumi from "@pulumi/pulumi";
import type { EncoderArgs } from "./encoder-settings.ts";
import { LiveChannel, type LiveChannelArgs } from "./live-channel.ts";
import type { LiveOrigin } from "./live-origin.ts";

export interface LiveChannelsArgs
  extends
    EncoderArgs,
    Pick<LiveChannelArgs, "ingest" | "ingestCidrs" | "network" | "channelClass" | "archive" | "tags"> {
  /** At least one. */
  channels: readonly { readonly id: string; readonly name: string; readonly streamKeyVersion?: number }[];
  /** Packages every channel. */
  live: LiveOrigin;
}

/** What you need to stream to a channel or to embed it. */
export interface ChannelOutputs {
  ingestServer: string;
  streamKey: string;
  /** Of the second pipeline of a STANDARD channel, to which an encoder sends the same. */
  standby?: { ingestServer: string; streamKey: string };
  playbackUrl: string;
}

/** The live channels of the stack, each with its own input, stream key, encoder and playback path. */
export class LiveChannels extends pulumi.ComponentResource {
  readonly all: readonly LiveChannel[];
  /** The channels in the form that functions receive, as JSON. */
  readonly json: pulumi.Output<string>;

  constructor(name: string, args: LiveChannelsArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:LiveChannels", name, {}, options);
    const { channels, live, ...settings } = args;
    const made = channels.map(({ id, name: title, streamKeyVersion }) => {
      const origin = live.channels.get(id);
      if (origin === undefined)
        throw new Error(`The live origin does not package channel "${id}". Pass it the same channels.`);
      return {
        id,
        title,
        origin,
        channel: new LiveChannel(`${name}-${id}`, { ...settings, id, origin, streamKeyVersion }, { parent: this }),
      };
    });
    this.all = made.map(({ channel }) => channel);
    this.json = pulumi.jsonStringify(
      made.map(({ id, title, origin, channel }) => ({
        id,
        name: title,
        channelId: channel.channelId,
        inputId: channel.inputId,
        playback: {
          lowLatencyHls: origin.lowLatencyHlsPath,
          hls: origin.hlsPath,
          dash: origin.dashPath,
          startoverSeconds: origin.startoverSeconds,
        },
      })),
    );
    this.registerOutputs({});
  }

  /** The channel with this id. Throws if the stack doesn't have it. */
  of(id: string): LiveChannel {
    const found = this.all.find((channel) => channel.id === id);
    if (found === undefined) throw new Error(`Channel "${id}" does not exist in this stack.`);
    return found;
  }

  /** Each channel's addresses and key, by its id; secret. */
  outputs(pageUrl: pulumi.Input<string>): pulumi.Output<Record<string, ChannelOutputs>> {
    return pulumi.secret(
      pulumi.output(
        Object.fromEntries(
          this.all.map((channel) => [
            channel.id,
            {
              ...channel.ingest[0]!,
              ...(channel.ingest[1] === undefined ? {} : { standby: channel.ingest[1] }),
              playbackUrl: pulumi.interpolate`${pageUrl}${channel.origin.lowLatencyHlsPath}`,
            },
          ]),
        ),
      ),
    );
  }
}

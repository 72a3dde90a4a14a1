import {
  ConflictException,
  DescribeChannelCommand,
  DescribeInputCommand,
  StartChannelCommand,
  StopChannelCommand,
  TooManyRequestsException,
  type MediaLiveClient,
} from "@aws-sdk/client-medialive";
import type { ChannelState } from "../domain/model.ts";
import { channelState } from "../pipeline/channels/medialive-state.ts";
import type { ChannelConfig } from "./config.ts";
import { ApiProblem } from "./problems.ts";

/** Where OBS streams to. */
export interface Ingest {
  /** `rtmp://203.0.113.7:1935/spotlight`. */
  server: string;
  streamKey: string;
}

/** The live channels in MediaLive. */
export interface LiveChannels {
  /**
   * The channel's state, at most {@link stateIsFreshMs} old. `undefined` while MediaLive throttles requests.
   */
  state(channel: ChannelConfig): Promise<ChannelState | undefined>;
  /** Starts it, unless it is running. Throws `channel-busy` while it stops. */
  start(channel: ChannelConfig): Promise<void>;
  /** Stops it, unless it is stopped. Throws `channel-busy` while it starts. */
  stop(channel: ChannelConfig): Promise<void>;
  /** Where to stream to; `undefined` while its input has no address. */
  ingest(channel: ChannelConfig): Promise<Ingest | undefined>;
}

/**
 * How long a response of DescribeChannel is reused, in milliseconds: the page polls for every viewer, and MediaLive
 * allows few requests per second and account.
 */
export const stateIsFreshMs = 1000;

/** The live channels in MediaLive. `now` is the clock in milliseconds. */
export function createLiveChannels({
  mediaLive,
  now,
}: {
  mediaLive: MediaLiveClient;
  now: () => number;
}): LiveChannels {
  const known = new Map<string, { state: Promise<ChannelState>; at: number }>();
  const ingests = new Map<string, Ingest>();

  async function describe(channelId: string): Promise<ChannelState> {
    const { State } = await mediaLive.send(new DescribeChannelCommand({ ChannelId: channelId }));
    const state = channelState(State ?? "");
    if (state === undefined) throw new Error(`MediaLive reports channel ${channelId} as ${State ?? "in no state"}`);
    return state;
  }

  async function fresh(channelId: string): Promise<ChannelState> {
    const last = known.get(channelId);
    if (last !== undefined && now() - last.at < stateIsFreshMs) return last.state;
    const state = describe(channelId);
    known.set(channelId, { state, at: now() });
    try {
      return await state;
    } catch (error) {
      known.delete(channelId);
      throw error;
    }
  }

  /**
   * Starts or stops the channel, which MediaLive allows in one state only; `wanted` are the states in which nothing
   * remains to be done.
   */
  async function change(
    channel: ChannelConfig,
    call: () => Promise<unknown>,
    wanted: readonly ChannelState[],
  ): Promise<void> {
    try {
      await call();
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error;
      const state = await describe(channel.channelId);
      if (!wanted.includes(state)) {
        throw new ApiProblem("channel-busy", `The channel is ${state}. Wait until it finishes, then try again.`, {
          headers: { "retry-after": "5" },
          cause: error,
        });
      }
    } finally {
      known.delete(channel.channelId);
    }
  }

  return {
    async state({ channelId }) {
      try {
        return await fresh(channelId);
      } catch (error) {
        if (error instanceof TooManyRequestsException) return undefined;
        throw error;
      }
    },

    start: (channel) =>
      change(channel, () => mediaLive.send(new StartChannelCommand({ ChannelId: channel.channelId })), [
        "starting",
        "running",
      ]),

    stop: (channel) =>
      change(channel, () => mediaLive.send(new StopChannelCommand({ ChannelId: channel.channelId })), [
        "stopping",
        "idle",
      ]),

    async ingest({ inputId }) {
      const known = ingests.get(inputId);
      if (known !== undefined) return known;
      const { Destinations } = await mediaLive.send(new DescribeInputCommand({ InputId: inputId }));
      const ingest = ingestOf(Destinations?.[0]?.Url);
      if (ingest !== undefined) ingests.set(inputId, ingest);
      return ingest;
    },
  };
}

/**
 * An RTMP_PUSH destination is `rtmp://ADDRESS:1935/APPLICATION/INSTANCE`; OBS needs the last part, the stream key,
 * separately.
 */
function ingestOf(url: string | undefined): Ingest | undefined {
  const [, server, streamKey] = /^(rtmps?:\/\/[^/]+\/.*)\/([^/]+)$/.exec(url ?? "") ?? [];
  return server === undefined || streamKey === undefined ? undefined : { server, streamKey };
}

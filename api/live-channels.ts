import {
  ConflictException,
  DescribeChannelCommand,
  DescribeInputCommand,
  ListAlertsCommand,
  MediaLiveClient,
  StartChannelCommand,
  StopChannelCommand,
  TooManyRequestsException,
} from "@aws-sdk/client-medialive";
import type { ChannelState } from "../domain/model.ts";
import { channelState } from "../pipeline/channels/medialive-state.ts";
import { noVideo, waitingForInput } from "../pipeline/channels/no-video.ts";
import type { ChannelConfig } from "./config.ts";
import { ApiProblem } from "./problems.ts";

/** Where OBS streams to. */
export interface Ingest {
  /** `rtmp://203.0.113.7:1935/spotlight`, or `srt://203.0.113.7:5000`. */
  server: string;
  /** Of RTMP; SRT takes a passphrase instead. */
  streamKey?: string;
  /** Of the second pipeline of a STANDARD channel, to which an encoder sends the same. */
  standby?: Omit<Ingest, "standby">;
}

/** What MediaLive reports of a channel now, such as an encoder that it refuses. */
export interface Alert {
  type: string;
  message: string;
  /** ISO 8601 UTC. */
  since: string;
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
  /**
   * Where to stream to, at most {@link ingestIsFreshMs} old, or older while MediaLive throttles requests; `undefined`
   * while its input has no address.
   */
  ingest(channel: ChannelConfig): Promise<Ingest | undefined>;
  /**
   * The channel's alerts, at most {@link stateIsFreshMs} old, but for the one that no picture arrives. None while
   * MediaLive throttles requests.
   */
  alerts(channel: ChannelConfig): Promise<Alert[]>;
}

/**
 * How long a response of DescribeChannel is reused, in milliseconds: the page polls for every viewer, and MediaLive
 * allows few requests per second and account.
 */
export const stateIsFreshMs = 1000;

/** How long an address is reused, in milliseconds: a deployment can give the channel another stream key. */
export const ingestIsFreshMs = 5000;

/** The live channels in MediaLive. `now` is the clock in milliseconds. */
export function createLiveChannels({
  mediaLive = new MediaLiveClient(),
  now = Date.now,
}: {
  mediaLive?: MediaLiveClient;
  now?: () => number;
}): LiveChannels {
  const known = new Map<string, { state: Promise<ChannelState>; at: number }>();
  const ingests = new Map<string, { ingest: Ingest; at: number }>();
  const alerts = new Map<string, { alerts: Promise<Alert[]>; at: number }>();

  async function describe(channelId: string): Promise<ChannelState> {
    const { State } = await mediaLive.send(new DescribeChannelCommand({ ChannelId: channelId }));
    const state = channelState(State ?? "");
    if (state === undefined)
      throw new Error(`MediaLive reports channel ${channelId} ${State === undefined ? "in no state" : `as ${State}`}`);
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

  async function listAlerts(channelId: string): Promise<Alert[]> {
    try {
      const { Alerts = [] } = await mediaLive.send(new ListAlertsCommand({ ChannelId: channelId, StateFilter: "SET" }));
      return Alerts.filter(({ AlertType }) => AlertType !== noVideo && AlertType !== waitingForInput).map(
        ({ AlertType = "", Message = "", SetTimestamp }) => ({
          type: AlertType,
          message: Message,
          since: new Date(SetTimestamp ?? now()).toISOString(),
        }),
      );
    } catch (error) {
      if (error instanceof TooManyRequestsException) return [];
      throw error;
    }
  }

  async function describeIngest(inputId: string): Promise<Ingest | undefined> {
    const { Destinations } = await mediaLive.send(new DescribeInputCommand({ InputId: inputId }));
    const [first, standby] = (Destinations ?? []).map(({ Url }) => ingestOf(Url));
    return first === undefined ? undefined : { ...first, ...(standby !== undefined && { standby }) };
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
      const last = ingests.get(inputId);
      if (last !== undefined && now() - last.at < ingestIsFreshMs) return last.ingest;
      try {
        const ingest = await describeIngest(inputId);
        if (ingest !== undefined) ingests.set(inputId, { ingest, at: now() });
        return ingest;
      } catch (error) {
        if (last !== undefined && error instanceof TooManyRequestsException) return last.ingest;
        throw error;
      }
    },

    alerts({ channelId }) {
      const last = alerts.get(channelId);
      if (last !== undefined && now() - last.at < stateIsFreshMs) return last.alerts;
      const fresh = listAlerts(channelId);
      alerts.set(channelId, { alerts: fresh, at: now() });
      fresh.catch(() => alerts.delete(channelId));
      return fresh;
    },
  };
}

/**
 * An RTMP_PUSH destination is `rtmp://ADDRESS:1935/APPLICATION/INSTANCE`; OBS needs the last part, the stream key,
 * separately. Of an SRT listener it is `srt://ADDRESS:PORT`; the passphrase is in Secrets Manager.
 */
function ingestOf(url: string | undefined): Ingest | undefined {
  if (url?.startsWith("srt:")) return { server: url };
  const [, server, streamKey] = /^(rtmps?:\/\/[^/]+\/.*)\/([^/]+)$/.exec(url ?? "") ?? [];
  return server === undefined || streamKey === undefined ? undefined : { server, streamKey };
}

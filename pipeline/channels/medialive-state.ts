import type { ChannelState as MediaLiveState } from "@aws-sdk/client-medialive";
import type { ChannelState } from "../../domain/model.ts";

/** MediaLive's channel states as ours. Events say CREATED and STOPPED where DescribeChannel says IDLE. */
const states = {
  CREATING: "idle",
  CREATED: "idle",
  CREATE_FAILED: "failed",
  IDLE: "idle",
  STARTING: "starting",
  RUNNING: "running",
  RECOVERING: "running",
  STOPPING: "stopping",
  STOPPED: "idle",
  DELETING: "idle",
  DELETED: "idle",
  UPDATING: "idle",
  UPDATE_FAILED: "failed",
} as const satisfies Record<MediaLiveState | "CREATED" | "STOPPED", ChannelState>;

const known = new Map<string, ChannelState>(Object.entries(states));

/** The state of a channel, as DescribeChannel or an event reports it; `undefined` when MediaLive has a new one. */
export function channelState(reported: string): ChannelState | undefined {
  return known.get(reported);
}

import type { ChannelState as MediaLiveState } from "@aws-sdk/client-medialive";
import type { ChannelState } from "../../domain/model.ts";

/**
 * MediaLive's channel states as ours. Events say CREATED and STOPPED where DescribeChannel says IDLE. A channel that is
 * being created, updated or deleted is `stopping`: nothing runs, and it cannot be started until that is over. One that
 * is deleted, or could not be created or updated, is `failed`: somebody has to deploy it again.
 * https://docs.aws.amazon.com/medialive/latest/apireference/channels-channelid.html
 */
const states = {
  CREATING: "stopping",
  CREATED: "idle",
  CREATE_FAILED: "failed",
  IDLE: "idle",
  STARTING: "starting",
  RUNNING: "running",
  RECOVERING: "running",
  STOPPING: "stopping",
  STOPPED: "idle",
  DELETING: "stopping",
  DELETED: "failed",
  UPDATING: "stopping",
  UPDATE_FAILED: "failed",
} as const satisfies Record<MediaLiveState | "CREATED" | "STOPPED", ChannelState>;

const known = new Map<string, ChannelState>(Object.entries(states));

/** The state of a channel, as DescribeChannel or an event reports it; `undefined` when MediaLive has a new one. */
export function channelState(reported: string): ChannelState | undefined {
  return known.get(reported);
}

import type { Catalogue } from "../catalogue/index.ts";
import { channelState } from "../pipeline/channels/medialive-state.ts";
import { channelsSetting } from "../pipeline/channels/setting.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { EventError, fieldsOf } from "../pipeline/runtime/event.ts";
import { noVideo } from "../pipeline/channels/no-video.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/**
 * The parts of MediaLive's EventBridge events that are read.
 * https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-state-change.html
 * https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-alert.html
 */
export interface ChannelEvent {
  "detail-type": "MediaLive Channel State Change" | "MediaLive Channel Alert";
  source: "aws.medialive";
  /** ISO 8601. */
  time: string;
  detail: {
    channel_arn: string;
    /** Of a state change. */
    state?: string;
    pipelines_running_count?: number;
    /** Of an alert. */
    alarm_state?: "SET" | "CLEARED";
    /** The same when the alert is set and when it is cleared. */
    alarm_id?: string;
    alert_type?: string;
    pipeline?: string;
    message?: string;
  };
}

/** What the handler works with. */
export interface ChannelChangedDeps {
  catalogue: Catalogue;
  /** Our channel id by MediaLive's. */
  channels: Map<string, string>;
  log: StepLog;
}

/** A channel changed its state, or a pipeline of it lost or found its input: noted in the channel's status row. */
export function createHandler({
  catalogue,
  channels,
  log,
}: ChannelChangedDeps): (event: ChannelEvent) => Promise<void> {
  return async (input) => {
    const event = fieldsOf(input);
    const detail = event.fields("detail");
    const arn = detail.text("channel_arn");
    const id = channels.get(arn.split(":").at(-1) ?? "");
    if (id === undefined) {
      log.info("channel-unknown", { arn });
      return;
    }
    const at = new Date(event.text("time")).toISOString();
    if (event.text("detail-type") === "MediaLive Channel State Change") {
      const reported = detail.text("state");
      const state = channelState(reported);
      if (state === undefined) throw new EventError(`The channel's state "${reported}" is unknown`);
      const channel = await catalogue.channels.changeState(id, {
        state,
        pipelines: detail.optionalNumber("pipelines_running_count") ?? 1,
        at,
      });
      log.info("channel-state", { channel: id, reported, state: channel.state, live: channel.live });
      return;
    }
    const type = detail.text("alert_type");
    const isSet = detail.text("alarm_state") === "SET";
    // An input is lost only after it was healthy. Until its first input, a pipeline has an alert that it waits (5007),
    // which is the only one that can be cleared by then; the documents don't tell its wording.
    // https://docs.aws.amazon.com/medialive/latest/ug/monitor-activity-types-alerts-channels.html
    if (type === noVideo || !isSet) await catalogue.channels.sawInput(id, at);
    if (type !== noVideo) {
      log.info("channel-alert", { channel: id, type, alarm: detail.text("alarm_state") });
      return;
    }
    const pipeline = detail.optionalText("pipeline") === "1" ? "1" : "0";
    const channel = await catalogue.channels.changeInput(id, {
      pipeline,
      lost: isSet,
      alarm: detail.optionalText("alarm_id"),
      at,
    });
    log.info("channel-input", { channel: id, pipeline, live: channel.live });
  };
}

/** Lambda entry point: EventBridge rule for the stack's MediaLive channels. */
export const handler = entryPoint("channel-changed", (log) =>
  createHandler({
    catalogue: openCatalogue(),
    channels: new Map(channelsSetting().map(({ id, channelId }) => [channelId, id])),
    log,
  }),
);

import * as pulumi from "@pulumi/pulumi";
import { Alarm, type Metric } from "./alarm.ts";
import type { LiveChannel } from "./live-channel.ts";

export interface ChannelAlarmsArgs {
  channel: LiveChannel;
  topicArn: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/** A metric of one pipeline: https://docs.aws.amazon.com/medialive/latest/ug/eml-metrics-alpha-list.html */
export function pipelineMetric(channel: LiveChannel, pipeline: number, metricName: string, stat: string): Metric {
  return {
    namespace: "AWS/MediaLive",
    metricName,
    dimensions: { ChannelId: channel.channelId, Pipeline: String(pipeline) },
    stat,
  };
}

/**
 * Alarms for problems of a running channel. Only a running channel reports its alert count, so that metric shows
 * whether it runs; the input's frame rate shows whether video arrives. MediaLive's count of lost seconds is no help:
 * it covers only RTP and MediaConnect inputs.
 * https://docs.aws.amazon.com/medialive/latest/ug/eml-metrics-global.html
 */
export class ChannelAlarms extends pulumi.ComponentResource {
  readonly arns: pulumi.Output<string>[];

  constructor(name: string, args: ChannelAlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:ChannelAlarms", name, {}, options);
    const { channel, topicArn, tags } = args;
    const { pipelines } = channel;
    const all = (text: (pipeline: number) => string, between: string): string => pipelines.map(text).join(between);
    const running = all((pipeline) => `FILL(alerts${pipeline}, -1) >= 0`, " OR ");
    const dark = all((pipeline) => `FILL(frames${pipeline}, 0) < 1`, " AND ");
    const problems = all((pipeline) => `FILL(alerts${pipeline}, 0)`, " + ");
    const metrics = Object.fromEntries(
      pipelines.flatMap((pipeline) => [
        [`alerts${pipeline}`, pipelineMetric(channel, pipeline, "ActiveAlerts", "Maximum")],
        [`frames${pipeline}`, pipelineMetric(channel, pipeline, "InputVideoFrameRate", "Maximum")],
      ]),
    );
    const withoutInput = { expression: `IF((${running}) AND (${dark}), 1, 0)`, metrics };
    const alarms = [
      new Alarm(
        `${name}-input-lost`,
        {
          description:
            `Channel ${channel.id} is running but has received no video for three minutes, so viewers see nothing ` +
            "new. Check the encoder (OBS) and its connection.",
          of: withoutInput,
          atLeast: 1,
          periodSeconds: 60,
          periods: 3,
          topicArn,
          tags,
        },
        { parent: this },
      ),
      new Alarm(
        `${name}-idle`,
        {
          description:
            `Channel ${channel.id} has run for an hour without video and costs money for nothing. Stop it on the ` +
            "page, then find out why it did not stop automatically.",
          of: withoutInput,
          atLeast: 1,
          periodSeconds: 300,
          periods: 12,
          topicArn,
          tags,
        },
        { parent: this },
      ),
      new Alarm(
        `${name}-trouble`,
        {
          description:
            `MediaLive reports a problem with channel ${channel.id} although video arrives. For example, an output ` +
            "cannot be written or one of two pipelines has no input. The MediaLive console lists the alerts.",
          of: { expression: `IF(${dark}, 0, ${problems})`, metrics },
          atLeast: 1,
          periodSeconds: 60,
          periods: 2,
          topicArn,
          tags,
        },
        { parent: this },
      ),
    ];
    this.arns = alarms.map(({ arn }) => arn);
    this.registerOutputs({});
  }
}

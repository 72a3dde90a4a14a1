import * as cloudwatch from "@pulumi/aws/cloudwatch/dashboard.js";
import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./alarm.ts";
import { pipelineMetric } from "./channel-alarms.ts";
import type { ClipPipeline } from "./clip-pipeline.ts";
import type { Delivery } from "./delivery.ts";
import type { Function } from "./function.ts";
import type { LiveChannel } from "./live-channel.ts";
import type { LiveOrigin } from "./live-origin.ts";
import type { RestApi } from "./rest-api.ts";

export interface DashboardArgs {
  region: pulumi.Input<string>;
  alarmArns: readonly pulumi.Input<string>[];
  channels: readonly LiveChannel[];
  live: LiveOrigin;
  clips: ClipPipeline;
  api: RestApi;
  functions: readonly Function[];
  delivery: Delivery;
}

/** A line of a graph. */
interface Line extends Metric {
  label: string;
  /** The metric's region, if it is not the stack's. */
  region?: string;
}

interface Graph {
  title: string;
  lines: Line[];
  /** Seconds. @default 60 */
  period?: number;
}

/** Half of the 24 columns, so that two graphs stand side by side. */
const graphSize = { width: 12, height: 6 };

/**
 * One page that shows the health of the stack: its alarms, live channels, clip pipeline, API and main costs.
 */
export class Dashboard extends pulumi.ComponentResource {
  constructor(name: string, args: DashboardArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Dashboard", name, {}, options);
    const sections: [title: string, graphs: Graph[]][] = [
      ["Live", liveGraphs(args)],
      ["From recordings to clips", clipGraphs(args)],
      ["API", apiGraphs(args)],
      ["What costs money", costGraphs(args)],
    ];
    const widgets: object[] = [
      { type: "alarm", x: 0, y: 0, width: 24, height: 5, properties: { title: "Alarms", alarms: args.alarmArns } },
    ];
    let y = 5;
    for (const [title, graphs] of sections) {
      widgets.push({ type: "text", x: 0, y, width: 24, height: 1, properties: { markdown: `## ${title}` } });
      y += 1;
      for (const [at, graph] of graphs.entries())
        widgets.push(widget(graph, args.region, (at % 2) * graphSize.width, y + Math.floor(at / 2) * graphSize.height));
      y += Math.ceil(graphs.length / 2) * graphSize.height;
    }
    new cloudwatch.Dashboard(
      name,
      {
        dashboardName: `${pulumi.getProject()}-${pulumi.getStack()}`,
        dashboardBody: pulumi.jsonStringify({ widgets }),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function widget({ title, lines, period = 60 }: Graph, region: pulumi.Input<string>, x: number, y: number): object {
  return {
    type: "metric",
    x,
    y,
    ...graphSize,
    properties: {
      title,
      region,
      view: "timeSeries",
      period,
      metrics: lines.map(({ namespace, metricName, dimensions, stat, label, region: elsewhere }) => [
        namespace,
        metricName,
        ...Object.entries(dimensions).flat(),
        { stat, label, ...(elsewhere === undefined ? {} : { region: elsewhere }) },
      ]),
    },
  };
}

function liveGraphs({ channels, live }: DashboardArgs): Graph[] {
  const ofPipelines = (metricName: string, stat: string): Line[] =>
    channels.flatMap((channel) =>
      channel.pipelines.map((pipeline) => ({
        ...pipelineMetric(channel, pipeline, metricName, stat),
        label: channel.pipelines.length === 1 ? channel.id : `${channel.id} ${pipeline}`,
      })),
    );
  return [
    { title: "Incoming frames per second", lines: ofPipelines("InputVideoFrameRate", "Maximum") },
    { title: "Alerts", lines: ofPipelines("ActiveAlerts", "Maximum") },
    { title: "Incoming megabits per second", lines: ofPipelines("NetworkIn", "Average") },
    { title: "Requests from the distribution to the packager", lines: packagerLines(live, "EgressRequestCount") },
  ];
}

function clipGraphs({ clips, functions }: DashboardArgs): Graph[] {
  const ofQueue = (queue: pulumi.Input<string>, metricName: string, label: string): Line => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queue },
    stat: "Maximum",
    label,
  });
  const jobs = (metricName: string, stat: string, label: string): Line => ({
    namespace: "AWS/MediaConvert",
    metricName,
    dimensions: { Queue: clips.convertQueueArn },
    stat,
    label,
  });
  const failed = functions.flatMap(({ label, failed: queue }) =>
    queue === undefined ? [] : [ofQueue(queue.queueName, "ApproximateNumberOfMessagesVisible", label)],
  );
  return [
    {
      title: "Recordings waiting for conversion",
      lines: [
        ofQueue(clips.work.queueName, "ApproximateNumberOfMessagesVisible", "waiting"),
        ofQueue(clips.work.queueName, "ApproximateAgeOfOldestMessage", "age of the oldest (s)"),
      ],
    },
    {
      title: "Converted recordings waiting for the search",
      lines: [
        // A message that Rekognition's limit put off is hidden until its next try.
        ofQueue(clips.endedConversions.queueName, "ApproximateNumberOfMessagesVisible", "waiting"),
        ofQueue(clips.endedConversions.queueName, "ApproximateNumberOfMessagesNotVisible", "put off"),
        ofQueue(clips.endedConversions.queueName, "ApproximateAgeOfOldestMessage", "age of the oldest (s)"),
      ],
    },
    {
      title: "Conversions",
      period: 300,
      lines: [
        jobs("JobsCompletedCount", "Sum", "done"),
        jobs("JobsErroredCount", "Sum", "failed"),
        jobs("StandbyTime", "Average", "wait (ms)"),
        jobs("TranscodingTime", "Average", "work (ms)"),
      ],
    },
    {
      title: "Function errors",
      period: 300,
      lines: functions.map((watched) => functionLine(watched, "Errors", "Sum")),
    },
    {
      title: "Given up",
      period: 300,
      lines: [
        ...[clips.work, clips.endedConversions, clips.searches].map(({ deadLetters, label }) =>
          ofQueue(deadLetters.queueName, "ApproximateNumberOfMessagesVisible", label),
        ),
        ...failed,
      ],
    },
  ];
}

function apiGraphs({ api }: DashboardArgs): Graph[] {
  const line = (metricName: string, stat: string, label: string): Line => ({
    namespace: "AWS/ApiGateway",
    metricName,
    dimensions: { ApiId: api.apiId, Stage: api.stageName },
    stat,
    label,
  });
  return [
    {
      title: "Requests",
      lines: [line("Count", "Sum", "all"), line("4xx", "Sum", "refused"), line("5xx", "Sum", "failed")],
    },
    {
      title: "Response time in milliseconds",
      lines: [line("Latency", "p50", "half"), line("Latency", "p99", "99 of 100")],
    },
  ];
}

/** What AWS bills by: running pipelines, converted and delivered media, function time. */
function costGraphs({ channels, live, clips, functions, delivery }: DashboardArgs): Graph[] {
  const period = 3600;
  const converted = (metricName: string, label: string): Line => ({
    namespace: "AWS/MediaConvert",
    metricName,
    dimensions: { Queue: clips.convertQueueArn },
    stat: "Sum",
    label,
  });
  return [
    // Only a running channel reports its alerts, so any line means cost, whatever its height.
    {
      title: "Running channels (a line costs money)",
      period,
      lines: channels.map((channel) => ({
        ...pipelineMetric(channel, 0, "ActiveAlerts", "Minimum"),
        label: channel.id,
      })),
    },
    {
      title: "Milliseconds of converted video",
      period,
      lines: [
        converted("HDOutputDuration", "HD"),
        converted("SDOutputDuration", "SD"),
        converted("AudioOutputDuration", "sound"),
      ],
    },
    {
      title: "Bytes to viewers and from the packager",
      period,
      lines: [
        // CloudFront publishes its metrics in one region only.
        {
          namespace: "AWS/CloudFront",
          metricName: "BytesDownloaded",
          dimensions: { DistributionId: delivery.distributionId, Region: "Global" },
          stat: "Sum",
          label: "to viewers",
          region: "us-east-1",
        },
        ...packagerLines(live, "EgressBytes"),
      ],
    },
    {
      title: "Function run time in milliseconds",
      period,
      lines: functions.map((watched) => functionLine(watched, "Duration", "Sum")),
    },
  ];
}

function packagerLines(live: LiveOrigin, metricName: string): Line[] {
  return [...live.channels].map(([id, { groupName, channelName }]) => ({
    namespace: "AWS/MediaPackage",
    metricName,
    dimensions: { ChannelGroup: groupName, Channel: channelName },
    stat: "Sum",
    label: `packager ${id}`,
  }));
}

function functionLine({ label, name }: Function, metricName: string, stat: string): Line {
  return { namespace: "AWS/Lambda", metricName, dimensions: { FunctionName: name }, stat, label };
}

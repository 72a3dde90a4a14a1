import * as filter from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import * as pulumi from "@pulumi/pulumi";
import { Alarm, type AlarmArgs } from "./alarm.ts";
import { ChannelAlarms } from "./channel-alarms.ts";
import type { ClipPipeline } from "./clip-pipeline.ts";
import type { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { Function } from "./function.ts";
import type { LiveChannel } from "./live-channel.ts";
import type { RestApi } from "./rest-api.ts";
import type { Sweeper } from "./sweeper.ts";
import type { Webhooks } from "./webhooks.ts";

export interface AlarmsArgs {
  /** The topic that every alarm notifies. */
  topicArn: pulumi.Input<string>;
  channels: readonly LiveChannel[];
  clips: ClipPipeline;
  sweeper: Sweeper;
  api: RestApi;
  webhooks: Pick<Webhooks, "deliveries">;
  /** Every function of the stack. */
  functions: readonly Function[];
  tags?: Record<string, string>;
}

/**
 * The stack's alarms, which all notify one topic. `docs/operations.md` says what each alarm means and what to do.
 */
export class Alarms extends pulumi.ComponentResource {
  /** ARNs of all alarms, for the dashboard. */
  readonly arns: pulumi.Output<string>[] = [];
  readonly #args: AlarmsArgs;

  constructor(name: string, args: AlarmsArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Alarms", name, {}, options);
    this.#args = args;
    const { topicArn, channels, clips, webhooks, functions, tags } = args;
    for (const channel of channels)
      this.arns.push(...new ChannelAlarms(`${name}-${channel.id}`, { channel, topicArn, tags }, { parent: this }).arns);
    for (const watched of functions) this.#watchFunction(name, watched);
    for (const queue of [clips.work, clips.endedConversions, webhooks.deliveries])
      this.#watchDeadLetters(`${name}-${queue.label}-dead`, queue.deadLetters);
    this.#watchWork(name);
    this.#watchApi(name);
    this.registerOutputs({});
  }

  #alarm(name: string, args: Omit<AlarmArgs, "topicArn" | "tags">): void {
    this.arns.push(
      new Alarm(name, { ...args, topicArn: this.#args.topicArn, tags: this.#args.tags }, { parent: this }).arn,
    );
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
  #watchFunction(name: string, { label, name: functionName, failed }: Function): void {
    const dimensions = { FunctionName: functionName };
    this.#alarm(`${name}-${label}-errors`, {
      // Lambda tries an event three times, so three errors mean one permanent or several temporary failures.
      description: `${label} failed three times within five minutes. Its log says why.`,
      of: { namespace: "AWS/Lambda", metricName: "Errors", dimensions, stat: "Sum" },
      atLeast: 3,
      periodSeconds: 300,
    });
    this.#alarm(`${name}-${label}-throttles`, {
      description:
        `${label} has been throttled for ten minutes because too many functions in the account run at once. ` +
        "Raise the account's concurrent executions quota.",
      of: { namespace: "AWS/Lambda", metricName: "Throttles", dimensions, stat: "Sum" },
      atLeast: 1,
      periodSeconds: 300,
      periods: 2,
    });
    if (failed !== undefined) this.#watchDeadLetters(`${name}-${label}-failed`, failed);
  }

  /**
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  #watchDeadLetters(name: string, queue: DeadLetterQueue): void {
    this.#alarm(name, {
      description:
        `${queue.of} gave up on work; its log and the messages in this queue say why. The sweeper retries ` +
        "recordings, so purge the messages once you have read them, or redrive them.",
      of: {
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.queueName },
        stat: "Maximum",
      },
      atLeast: 1,
      periodSeconds: 60,
    });
  }

  #watchWork(name: string): void {
    const { clips, sweeper } = this.#args;
    this.#alarm(`${name}-${clips.work.label}-age`, {
      description:
        `A recording has waited 15 minutes to be converted. Check whether ${clips.work.label}'s consumer ` +
        "fails or MediaConvert rejects jobs.",
      of: {
        namespace: "AWS/SQS",
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: clips.work.queueName },
        stat: "Maximum",
      },
      atLeast: 900,
      periodSeconds: 300,
    });
    // The age of the oldest message leaves out messages that were received three times, so it does not show what
    // Rekognition keeps refusing; the log does.
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    const postponed = { namespace: `${pulumi.getProject()}/${pulumi.getStack()}`, name: "AnalysesPostponed" };
    new filter.LogMetricFilter(
      `${name}-postponed`,
      {
        logGroupName: clips.findPeople.logGroupName,
        pattern: '"analysis-postponed"',
        metricTransformation: { ...postponed, value: "1" },
      },
      { parent: this },
    );
    this.#alarm(`${name}-postponed`, {
      description:
        "For 15 minutes, converted recordings could not be searched, because Rekognition runs as many jobs as the " +
        `account may have at once, or refuses them for another reason. The log of ${clips.findPeople.label} says why.`,
      of: { namespace: postponed.namespace, metricName: postponed.name, dimensions: {}, stat: "Sum" },
      atLeast: 1,
      periodSeconds: 300,
      periods: 3,
    });
    this.#alarm(`${name}-conversions`, {
      // https://docs.aws.amazon.com/mediaconvert/latest/ug/what-is-available-cloudwatch.html
      description:
        "MediaConvert could not convert a recording. The recording's error says why; fix the cause, then retry " +
        "the recording through the API.",
      of: {
        namespace: "AWS/MediaConvert",
        metricName: "JobsErroredCount",
        dimensions: { Queue: clips.convertQueueArn },
        stat: "Sum",
      },
      atLeast: 1,
      periodSeconds: 300,
    });
    // Rekognition's own metrics count calls across the whole account, not jobs, so count failed jobs in the logs of the
    // functions that handle their results.
    const failures = { namespace: `${pulumi.getProject()}/${pulumi.getStack()}`, name: "AnalysesFailed" };
    for (const { label, logGroupName } of [clips.indexClips, sweeper.function]) {
      new filter.LogMetricFilter(
        `${name}-analyses-${label}`,
        { logGroupName, pattern: '"recording-failed"', metricTransformation: { ...failures, value: "1" } },
        { parent: this },
      );
    }
    this.#alarm(`${name}-analyses`, {
      description:
        "Rekognition could not analyse a recording, or the sweeper gave up on a lost one. The logs of " +
        `${clips.indexClips.label} and ${sweeper.function.label} say which and why ("recording-failed").`,
      of: { namespace: failures.namespace, metricName: failures.name, dimensions: {}, stat: "Sum" },
      atLeast: 1,
      periodSeconds: 300,
    });
  }

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
  #watchApi(name: string): void {
    const { apiId, stageName } = this.#args.api;
    const dimensions = { ApiId: apiId, Stage: stageName };
    this.#alarm(`${name}-http-errors`, {
      description: "The API returned five server errors (5xx) within five minutes. The function's log says why.",
      of: { namespace: "AWS/ApiGateway", metricName: "5xx", dimensions, stat: "Sum" },
      atLeast: 5,
      periodSeconds: 300,
    });
    this.#alarm(`${name}-http-latency`, {
      description:
        "For 15 minutes, one API request in a hundred has taken over five seconds. The API's traces in X-Ray " +
        "show where the time goes.",
      of: { namespace: "AWS/ApiGateway", metricName: "Latency", dimensions, stat: "p99" },
      atLeast: 5000,
      periodSeconds: 300,
      periods: 3,
    });
  }
}

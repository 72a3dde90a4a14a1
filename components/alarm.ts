import * as metrics from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";

/** One metric of CloudWatch. */
export interface Metric {
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  /** `Sum`, `Maximum`, …, or a percentile such as `p99`. */
  stat: string;
}

export interface AlarmArgs {
  /** What happened and what to do, in a sentence or two; this is the text of the email. */
  description: string;
  /**
   * One metric, or an expression over several metrics, keyed by the names that it uses. See
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
   */
  of: Metric | { expression: string; metrics: Record<string, Metric> };
  /** The alarm fires at this value and above. */
  atLeast: number;
  /** Evaluation period in seconds; a multiple of 60. */
  periodSeconds: number;
  /** Consecutive periods before the alarm fires. @default 1 */
  periods?: number;
  /** The topic to notify when the alarm fires and when it clears. */
  topicArn: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/**
 * A CloudWatch alarm. Missing data counts as healthy: an idle stack has no requests, no jobs and no running channel.
 */
export class Alarm extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Alarm", name, {}, options);
    const { of, periodSeconds } = args;
    const alarm = new metrics.MetricAlarm(
      name,
      {
        alarmDescription: args.description,
        ...("expression" in of ? mathInputs(of, periodSeconds) : metricInputs(of, periodSeconds)),
        evaluationPeriods: args.periods ?? 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: args.atLeast,
        treatMissingData: "notBreaching",
        alarmActions: [args.topicArn],
        okActions: [args.topicArn],
        tags: args.tags,
      },
      { parent: this },
    );
    this.arn = alarm.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

type Inputs = Pick<
  metrics.MetricAlarmArgs,
  | "namespace"
  | "metricName"
  | "dimensions"
  | "statistic"
  | "extendedStatistic"
  | "evaluateLowSampleCountPercentiles"
  | "period"
  | "metricQueries"
>;

function metricInputs({ namespace, metricName, dimensions, stat }: Metric, period: number): Inputs {
  return {
    namespace,
    metricName,
    dimensions,
    // With few requests, a percentile is just the slowest one, so ignore periods with too few samples.
    ...(/^p\d/.test(stat)
      ? { extendedStatistic: stat, evaluateLowSampleCountPercentiles: "ignore" }
      : { statistic: stat }),
    period,
  };
}

function mathInputs(
  { expression, metrics: of }: { expression: string; metrics: Record<string, Metric> },
  period: number,
): Inputs {
  return {
    metricQueries: [
      { id: "result", expression, label: "Result", returnData: true },
      ...Object.entries(of).map(([id, { stat, ...metric }]) => ({
        id,
        metric: { ...metric, period, stat },
        returnData: false,
      })),
    ],
  };
}

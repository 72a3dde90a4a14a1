import * as metrics from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";

export interface DeadLetterQueueArgs {
  /** Whose messages end here, for the alarm's text. */
  of: string;
  tags?: Record<string, string>;
}

/** An SQS queue that keeps what was given up for 14 days, with an alarm as soon as it holds anything. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeadLetterQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:DeadLetterQueue", name, {}, options);
    const { tags } = args;
    const queue = new sqs.Queue(name, { messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true, tags }, { parent: this });
    new metrics.MetricAlarm(name, {
      alarmDescription: `${args.of} gave work up. Read the messages in this queue and the log, then redrive them.`,
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      treatMissingData: "notBreaching",
      tags,
    }, { parent: this });
    this.arn = queue.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

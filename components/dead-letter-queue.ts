import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";

export interface DeadLetterQueueArgs {
  /** The source of the messages, named in the alarm's description. */
  of: string;
  tags?: Record<string, string>;
}

/** An SQS queue that keeps failed messages for 14 days. `Alarms` notifies as soon as it holds a message. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  /** The source of the messages. */
  readonly of: string;

  constructor(name: string, args: DeadLetterQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:DeadLetterQueue", name, {}, options);
    const queue = new sqs.Queue(
      name,
      { messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true, tags: args.tags },
      { parent: this },
    );
    this.of = args.of;
    this.arn = queue.arn;
    this.queueName = queue.name;
    this.registerOutputs({ arn: this.arn, queueName: this.queueName });
  }
}

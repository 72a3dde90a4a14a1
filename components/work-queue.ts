import * as lambda from "@pulumi/aws/lambda/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import type { Function } from "./function.ts";
import { policyDocument, type PolicyStatement } from "./policy.ts";

export interface WorkQueueArgs {
  /** The consumer's timeout in seconds. The visibility timeout is six times as long, as AWS recommends. */
  consumerTimeoutSeconds: number;
  /** Tries before a message goes to the dead-letter queue. @default 5 */
  maxTries?: number;
  tags?: Record<string, string>;
}

/** An SQS queue of work for one function, with a dead-letter queue. */
export class WorkQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  /** Receives messages whose attempts have all failed. */
  readonly deadLetters: DeadLetterQueue;
  /** Its name in the program, used to name related resources. */
  readonly label: string;
  readonly #consumerTimeoutSeconds: number;
  readonly #tags: Record<string, string> | undefined;

  constructor(name: string, args: WorkQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:WorkQueue", name, {}, options);
    const { tags } = args;
    this.label = name;
    this.#consumerTimeoutSeconds = args.consumerTimeoutSeconds;
    this.#tags = tags;
    this.deadLetters = new DeadLetterQueue(`${name}-dead`, { of: name, tags }, { parent: this });
    const queue = new sqs.Queue(
      name,
      {
        visibilityTimeoutSeconds: 6 * args.consumerTimeoutSeconds,
        messageRetentionSeconds: 4 * 24 * 3600,
        receiveWaitTimeSeconds: 20,
        sqsManagedSseEnabled: true,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.arn,
          maxReceiveCount: args.maxTries ?? 5,
        }),
        tags,
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.url = queue.url;
    this.queueName = queue.name;
    this.registerOutputs({ arn: this.arn, url: this.url });
  }

  /** Lets a role send messages to the queue. */
  send(): PolicyStatement {
    return { Sid: "SendWork", Action: "sqs:SendMessage", Resource: this.arn };
  }

  /**
   * Lets the consumer's role (through Lambda's poller) take work out:
   * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  receive(): PolicyStatement {
    return {
      Sid: "ReceiveWork",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: this.arn,
    };
  }

  /** Lets the consumer's role put off messages that it could not handle. */
  postpone(): PolicyStatement {
    return { Sid: "PostponeWork", Action: "sqs:ChangeMessageVisibility", Resource: this.arn };
  }

  /**
   * Lets an AWS service send messages from one source (a rule, …). A queue has one policy, so there is one source.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
   */
  allowSend(service: string, sourceArn: pulumi.Input<string>): sqs.QueuePolicy {
    return new sqs.QueuePolicy(
      this.label,
      {
        queueUrl: this.url,
        policy: policyDocument([
          {
            ...this.send(),
            Principal: { Service: service },
            Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
          },
        ]),
      },
      { parent: this },
    );
  }

  /** Delivers messages to `consumer`, which reports the ones that failed; only those are redelivered. */
  feed(consumer: Function, batchSize: number): void {
    if (consumer.timeoutSeconds > this.#consumerTimeoutSeconds) {
      throw new RangeError(
        `${this.label} was created for a consumer that takes at most ${this.#consumerTimeoutSeconds} s, but this one ` +
          `may take ${consumer.timeoutSeconds} s. Use the same timeout for both.`,
      );
    }
    new lambda.EventSourceMapping(
      this.label,
      {
        eventSourceArn: this.arn,
        functionName: consumer.arn,
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        tags: this.#tags,
      },
      { parent: this },
    );
  }
}

import type { OperationContext } from "../../protocols/json.ts";
import { AwsError } from "../../errors.ts";
import type { QueueCore } from "../core.ts";
import type { Queue } from "../queues.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html */
export function getQueueUrl(core: QueueCore) {
  return (input: { QueueName?: string }, { principal }: OperationContext): { QueueUrl: string } => {
    const queue = core.table.byName(input.QueueName ?? "");
    core.authorize(principal, "GetQueueUrl", queue);
    return { QueueUrl: core.url(queue) };
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
export function listQueues(core: QueueCore) {
  return (input: { QueueNamePrefix?: string }, { principal }: OperationContext): { QueueUrls: string[] } => {
    core.cloud.iam.authorize(principal, "sqs:ListQueues", `arn:aws:sqs:${core.cloud.region}:${core.cloud.accountId}:*`);
    const wanted = core.table.all().filter((queue) => queue.name.startsWith(input.QueueNamePrefix ?? ""));
    return { QueueUrls: wanted.map((queue) => core.url(queue)).sort() };
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html */
export function listDeadLetterSourceQueues(core: QueueCore) {
  return (input: { QueueUrl?: string }, { principal }: OperationContext): { queueUrls: string[] } => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "ListDeadLetterSourceQueues", queue);
    return {
      queueUrls: core.table
        .all()
        .filter((other) => other.redrivePolicy?.deadLetterTargetArn === queue.arn)
        .map((other) => core.url(other)),
    };
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
export function getQueueAttributes(core: QueueCore) {
  return (
    input: { QueueUrl?: string; AttributeNames?: string[] },
    { principal }: OperationContext,
  ): Record<string, unknown> => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "GetQueueAttributes", queue);
    const all = attributesOf(core, queue);
    const names = input.AttributeNames ?? [];
    const unknown = names.find((name) => name !== "All" && !attributeNames.has(name));
    if (unknown !== undefined) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
    const wanted = Object.fromEntries(
      Object.entries(all).filter(([name]) => names.includes("All") || names.includes(name)),
    );
    return Object.keys(wanted).length === 0 ? {} : { Attributes: wanted };
  };
}

const attributeNames = new Set([
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
  "CreatedTimestamp",
  "DelaySeconds",
  "LastModifiedTimestamp",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "Policy",
  "QueueArn",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
]);

function attributesOf(core: QueueCore, queue: Queue): Record<string, string> {
  const counts = core.store.counts(queue.arn);
  const { redrivePolicy } = queue;
  return {
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    CreatedTimestamp: String(queue.createdAtSeconds),
    DelaySeconds: String(queue.delaySeconds),
    LastModifiedTimestamp: String(queue.createdAtSeconds),
    MaximumMessageSize: String(queue.maximumMessageSize),
    MessageRetentionPeriod: String(queue.messageRetentionSeconds),
    QueueArn: queue.arn,
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitSeconds),
    SqsManagedSseEnabled: "true",
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    ...(queue.policy === undefined ? {} : { Policy: queue.policy }),
    ...(queue.redriveAllowPolicy === undefined ? {} : { RedriveAllowPolicy: queue.redriveAllowPolicy }),
    ...(redrivePolicy === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrivePolicy.deadLetterTargetArn,
            maxReceiveCount: redrivePolicy.maxReceiveCount,
          }),
        }),
  };
}

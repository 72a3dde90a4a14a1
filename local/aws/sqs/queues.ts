import { AwsError } from "../errors.ts";

/** How often a message may be received before it goes to the dead-letter queue. */
export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/**
 * A queue's settings; seconds and bytes as in
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export interface Queue {
  name: string;
  arn: string;
  delaySeconds: number;
  maximumMessageSize: number;
  messageRetentionSeconds: number;
  receiveWaitSeconds: number;
  visibilityTimeoutSeconds: number;
  policy: string | undefined;
  redrivePolicy: RedrivePolicy | undefined;
  redriveAllowPolicy: string | undefined;
  createdAtSeconds: number;
}

/** The engine's queues, provisioned again at each start. Their messages are in the store. */
export interface QueueTable {
  put(queue: Queue): void;
  remove(name: string): void;
  all(): Queue[];
  find(arn: string): Queue | undefined;
  /** By ARN. Throws QueueDoesNotExist. */
  byArn(arn: string): Queue;
  /** By the last part of a queue URL, whatever host and port it was built with. Throws QueueDoesNotExist. */
  byUrl(url: string): Queue;
  byName(name: string): Queue;
}

export function createQueueTable(): QueueTable {
  const queues = new Map<string, Queue>();
  const byName = (name: string): Queue => {
    const found = queues.get(name);
    if (found === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
    return found;
  };
  return {
    put: (queue) => void queues.set(queue.name, queue),
    remove: (name) => void queues.delete(name),
    all: () => [...queues.values()],
    find: (arn) => queues.get(arn.split(":").at(-1) ?? ""),
    byArn: (arn) => byName(arn.split(":").at(-1) ?? ""),
    byUrl: (url) => byName(url.split("/").at(-1) ?? ""),
    byName,
  };
}

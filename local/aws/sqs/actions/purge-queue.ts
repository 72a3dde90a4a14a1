import type { OperationContext } from "../../protocols/json.ts";
import { AwsError } from "../../errors.ts";
import type { QueueCore } from "../core.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
export function purgeQueue(core: QueueCore) {
  const purged = new Map<string, number>();
  return (input: { QueueUrl?: string }, { principal }: OperationContext): void => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "PurgeQueue", queue);
    if (Date.now() - (purged.get(queue.arn) ?? 0) < 60_000)
      throw new AwsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        403,
      );
    purged.set(queue.arn, Date.now());
    core.store.purge(queue.arn);
  };
}

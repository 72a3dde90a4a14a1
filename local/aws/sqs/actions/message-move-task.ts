import type { OperationContext } from "../../protocols/json.ts";
import { AwsError } from "../../errors.ts";
import type { QueueCore } from "../core.ts";
import { invalidValue } from "../errors.ts";

interface MoveTask {
  SourceArn: string;
  DestinationArn?: string;
  Status: "COMPLETED";
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  /** Milliseconds since the epoch. */
  StartedTimestamp: number;
}

interface StartInput {
  SourceArn?: string;
  DestinationArn?: string;
  MaxNumberOfMessagesPerSecond?: number;
}

export interface MessageMoveTasks {
  start: (input: StartInput, context: OperationContext) => { TaskHandle: string };
  /**
   * The tasks of this run, newest first.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html
   */
  list: (input: { SourceArn?: string; MaxResults?: number }, context: OperationContext) => { Results: MoveTask[] };
}

/**
 * Moves the visible messages of a dead-letter queue back to their source queues, or to a given queue. The move is
 * immediate (on AWS it takes a while), so `MaxNumberOfMessagesPerSecond` has no effect and there is nothing to cancel.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function messageMoveTasks(core: QueueCore): MessageMoveTasks {
  const tasks: MoveTask[] = [];
  return {
    start: (input, { principal }) => {
      const source = core.table.find(input.SourceArn ?? "");
      if (source === undefined)
        throw new AwsError(
          "ResourceNotFoundException",
          "The resource that you specified for the SourceArn parameter doesn't exist.",
          404,
        );
      for (const action of ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
        core.authorize(principal, action, source);
      const feeders = core.table.all().filter((queue) => queue.redrivePolicy?.deadLetterTargetArn === source.arn);
      if (feeders.length === 0) throw invalidValue("Source queue must be configured as a Dead Letter Queue.");
      const destination = input.DestinationArn === undefined ? undefined : core.table.find(input.DestinationArn);
      if (input.DestinationArn !== undefined && destination === undefined)
        throw new AwsError(
          "ResourceNotFoundException",
          "The resource that you specified for the DestinationArn parameter doesn't exist.",
          404,
        );
      for (const target of destination === undefined ? feeders : [destination])
        core.authorize(principal, "SendMessage", target);
      const toMove = core.store.counts(source.arn).visible;
      const moved = core.store.moveBack(source.arn, destination?.arn, toMove);
      for (const queueArn of new Set(moved)) core.notify(queueArn);
      tasks.unshift({
        SourceArn: source.arn,
        ...(destination === undefined ? {} : { DestinationArn: destination.arn }),
        Status: "COMPLETED",
        ApproximateNumberOfMessagesMoved: moved.length,
        ApproximateNumberOfMessagesToMove: toMove,
        StartedTimestamp: Date.now(),
      });
      return {
        TaskHandle: Buffer.from(JSON.stringify({ taskId: crypto.randomUUID(), sourceArn: source.arn })).toString(
          "base64",
        ),
      };
    },
    list: (input, { principal }) => {
      core.authorize(principal, "ListMessageMoveTasks", core.table.byArn(input.SourceArn ?? ""));
      return { Results: tasks.filter((task) => task.SourceArn === input.SourceArn).slice(0, input.MaxResults ?? 1) };
    },
  };
}

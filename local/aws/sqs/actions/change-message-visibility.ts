import type { OperationContext } from "../../protocols/json.ts";
import { AwsError } from "../../errors.ts";
import { runBatch, type BatchResult } from "../batch.ts";
import type { QueueCore } from "../core.ts";
import { invalidValue, missingParameter } from "../errors.ts";
import type { Queue } from "../queues.ts";
import { receiptOf } from "./delete-message.ts";
import { within } from "./receive-message.ts";

interface Entry {
  ReceiptHandle?: string;
  VisibilityTimeout?: number;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
export function changeMessageVisibility(core: QueueCore) {
  return (input: Entry & { QueueUrl?: string }, { principal }: OperationContext): void => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "ChangeMessageVisibility", queue);
    change(core, queue, input);
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibilityBatch.html */
export function changeMessageVisibilityBatch(core: QueueCore) {
  return (
    input: { QueueUrl?: string; Entries?: (Entry & { Id?: string })[] },
    { principal }: OperationContext,
  ): BatchResult<{ Id: string }> => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "ChangeMessageVisibility", queue);
    return runBatch(input.Entries, (entry, Id) => {
      change(core, queue, entry);
      return { Id };
    });
  };
}

function change(core: QueueCore, queue: Queue, entry: Entry): void {
  if (entry.VisibilityTimeout === undefined) throw missingParameter("VisibilityTimeout");
  const seconds = within("VisibilityTimeout", entry.VisibilityTimeout, 0, 43_200);
  const receipt = receiptOf(entry);
  switch (core.store.hide(queue.arn, receipt, seconds * 1000)) {
    case "done":
      core.notify(queue.arn);
      return;
    case "visible":
      throw new AwsError("MessageNotInflight", "The specified message isn't in flight.");
    case "gone":
      throw invalidValue(
        `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or ` +
          "is not available for visibility timeout change.",
      );
  }
}

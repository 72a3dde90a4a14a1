import type { OperationContext } from "../../protocols/json.ts";
import { AwsError } from "../../errors.ts";
import { runBatch, type BatchResult } from "../batch.ts";
import type { QueueCore } from "../core.ts";
import { missingParameter } from "../errors.ts";

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html */
export function deleteMessage(core: QueueCore) {
  return (input: { QueueUrl?: string; ReceiptHandle?: string }, { principal }: OperationContext): void => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "DeleteMessage", queue);
    // Deleting with an outdated receipt succeeds on AWS too, and deletes nothing.
    core.store.delete(queue.arn, receiptOf(input));
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
export function deleteMessageBatch(core: QueueCore) {
  return (
    input: { QueueUrl?: string; Entries?: { Id?: string; ReceiptHandle?: string }[] },
    { principal }: OperationContext,
  ): BatchResult<{ Id: string }> => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "DeleteMessage", queue);
    return runBatch(input.Entries, (entry, Id) => {
      core.store.delete(queue.arn, receiptOf(entry));
      return { Id };
    });
  };
}

/** Validates that a receipt handle has the form that this engine issues. */
export function receiptOf(input: { ReceiptHandle?: string }): string {
  const receipt = input.ReceiptHandle ?? "";
  if (receipt === "") throw missingParameter("ReceiptHandle");
  if (!/^[0-9a-f-]{72}$/.test(receipt))
    throw new AwsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${receipt}" is not a valid receipt handle.`,
      404,
    );
  return receipt;
}

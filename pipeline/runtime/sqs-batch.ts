import { fieldsOf } from "./event.ts";
import type { StepLog } from "./step-log.ts";

/** The parts of an SQS batch that are read. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface SqsEvent {
  Records: { messageId: string; body: string }[];
}

/**
 * The messages that the queue delivers again.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/**
 * A handler of SQS batches that hands the body of each message to `take`. What throws is logged as `step`, and the
 * queue delivers only that message again.
 */
export function sqsBatch(
  log: StepLog,
  step: string,
  take: (body: string) => Promise<void>,
): (event: SqsEvent) => Promise<SqsBatchResponse> {
  return async (event) => {
    const batchItemFailures: SqsBatchResponse["batchItemFailures"] = [];
    for (const message of fieldsOf(event).list("Records")) {
      const messageId = message.text("messageId");
      log.about(undefined);
      try {
        await take(message.text("body"));
      } catch (error) {
        log.warn(step, error, { messageId });
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}

import { createHash } from "node:crypto";
import type { SqsBatchResponse, SqsEvent } from "../../pipeline/runtime/sqs-batch.ts";
import type { AwsServer } from "./aws-server.ts";

/** A batch of messages `m0`, `m1`, … with these bodies. */
export function batchOf(...bodies: string[]): SqsEvent {
  return { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) };
}

/** What a function answers when no message of its batch comes again. */
export const done: SqsBatchResponse = { batchItemFailures: [] };

/** What it answers when the first does. */
export const again: SqsBatchResponse = { batchItemFailures: [{ itemIdentifier: "m0" }] };

/** Lets SQS take messages, as the SDK checks it. */
export function answerSends(aws: AwsServer): void {
  aws.answer("SendMessage", (input) => ({
    body: { MessageId: "1", MD5OfMessageBody: createHash("md5").update(bodyOf(input)).digest("hex") },
  }));
}

/** The messages that were sent to the queue, oldest first. */
export function sentMessages(aws: AwsServer, queueUrl: string): string[] {
  return aws.calls
    .filter(
      ({ operation, input }) =>
        operation === "SendMessage" &&
        typeof input === "object" &&
        input !== null &&
        "QueueUrl" in input &&
        input.QueueUrl === queueUrl,
    )
    .map(({ input }) => bodyOf(input));
}

function bodyOf(input: unknown): string {
  return typeof input === "object" && input !== null && "MessageBody" in input ? String(input.MessageBody) : "";
}

import { createHash } from "node:crypto";
import type { ConvertMessage } from "../../pipeline/conversion/queue.ts";
import type { AwsServer } from "./aws-server.ts";

/** Lets SQS take messages, as the SDK checks it. */
export function answerSends(aws: AwsServer): void {
  aws.answer("SendMessage", (input) => ({
    body: { MessageId: "1", MD5OfMessageBody: createHash("md5").update(bodyOf(input)).digest("hex") },
  }));
}

/** The messages that were sent, oldest first. */
export function sentMessages(aws: AwsServer): ConvertMessage[] {
  return aws.calls
    .filter(({ operation }) => operation === "SendMessage")
    .map(({ input }) => JSON.parse(bodyOf(input)) as ConvertMessage);
}

function bodyOf(input: unknown): string {
  return typeof input === "object" && input !== null && "MessageBody" in input ? String(input.MessageBody) : "";
}

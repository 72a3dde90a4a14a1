import { createHash } from "node:crypto";
import type { TestAws } from "./aws.ts";

/** Lets SQS take messages, as the SDK checks it. */
export function answerSends(aws: TestAws): void {
  aws.on("SendMessage", (input) => {
    const body = typeof input === "object" && input !== null && "MessageBody" in input ? String(input.MessageBody) : "";
    return { body: { MessageId: "1", MD5OfMessageBody: createHash("md5").update(body).digest("hex") } };
  });
}

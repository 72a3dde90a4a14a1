import type { OperationContext } from "../../protocols/json.ts";
import type { MessageAttributes, Principal } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import { checkEntries, type BatchFailure, type BatchResult } from "../batch.ts";
import type { QueueCore } from "../core.ts";
import { invalidValue, missingParameter } from "../errors.ts";
import type { Queue } from "../queues.ts";
import type { NewMessage, SentMessage } from "../store.ts";

interface Entry {
  MessageBody?: string;
  DelaySeconds?: number;
  MessageAttributes?: MessageAttributes;
  MessageSystemAttributes?: MessageAttributes;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export function sendMessage(core: QueueCore) {
  return (input: Entry & { QueueUrl?: string }, { principal }: OperationContext): Record<string, unknown> => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "SendMessage", queue);
    const [sent] = core.store.insert(queue.arn, [newMessage(queue, input, principal)]);
    core.notify(queue.arn);
    return answer(sent!);
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export function sendMessageBatch(core: QueueCore) {
  return (
    input: { QueueUrl?: string; Entries?: (Entry & { Id?: string })[] },
    { principal }: OperationContext,
  ): BatchResult<Record<string, unknown>> => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "SendMessage", queue);
    const entries = [...checkEntries(input.Entries)];
    const total = entries.reduce((sum, [, entry]) => sum + sizeOf(entry), 0);
    if (total > maxMessageBytes)
      throw new AwsError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${maxMessageBytes} bytes. You have sent ${total} bytes.`,
      );
    const failures: BatchFailure[] = [];
    const good: { id: string; message: NewMessage }[] = [];
    for (const [id, entry] of entries) {
      try {
        good.push({ id, message: newMessage(queue, entry, principal) });
      } catch (cause) {
        if (!(cause instanceof AwsError)) throw cause;
        failures.push({ Id: id, SenderFault: true, Code: cause.code, Message: cause.message });
      }
    }
    const sent = core.store.insert(
      queue.arn,
      good.map(({ message }) => message),
    );
    core.notify(queue.arn);
    return { Successful: sent.map((message, i) => ({ Id: good[i]!.id, ...answer(message) })), Failed: failures };
  };
}

/**
 * Since August 2025 a message, or a whole batch, may be up to 1 MiB:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const maxMessageBytes = 1_048_576;

/** Characters that XML 1.0 does not allow. */
const forbidden = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Checks one message against the queue's settings and SQS's rules. */
export function newMessage(queue: Queue, entry: Entry, principal: Principal): NewMessage {
  const body = entry.MessageBody ?? "";
  if (body === "") throw missingParameter("MessageBody");
  if (forbidden.test(body))
    throw new AwsError("InvalidMessageContents", "Invalid characters found in the message body.");
  if (sizeOf(entry) > queue.maximumMessageSize)
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.maximumMessageSize} bytes.`,
    );
  const delaySeconds = entry.DelaySeconds ?? queue.delaySeconds;
  if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900)
    throw invalidValue(
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  if (entry.MessageDeduplicationId !== undefined)
    throw invalidValue(
      `Value ${entry.MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. ` +
        "Reason: The request includes a parameter that is not valid for this queue type.",
    );
  if (entry.MessageGroupId !== undefined)
    throw new AwsError("UnsupportedOperation", "The local engine does not support fair queues: omit MessageGroupId.");
  checkAttributes(entry.MessageAttributes ?? {});
  const trace = entry.MessageSystemAttributes?.["AWSTraceHeader"]?.StringValue;
  return {
    body,
    attributes: entry.MessageAttributes ?? {},
    ...(trace === undefined ? {} : { traceHeader: trace }),
    sender: senderOf(principal),
    delaySeconds,
    retentionSeconds: queue.messageRetentionSeconds,
  };
}

function checkAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > 10)
    throw invalidValue(`Number of message attributes [${names.length}] exceeds the allowed maximum [10].`);
  for (const name of names) {
    const attribute = attributes[name]!;
    if (!/^(?!AWS\.|Amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i.test(name))
      throw invalidValue(`The message attribute name '${name}' is invalid.`);
    const type = /^(String|Number|Binary)(\..+)?$/.exec(attribute.DataType)?.[1];
    if (type === undefined)
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported ` +
          "type prefixes is Binary, Number, and String.",
      );
    const value = type === "Binary" ? attribute.BinaryValue : attribute.StringValue;
    if (value === undefined || value === "")
      throw invalidValue(`The message attribute '${name}' must contain a non-empty value of type ${type}.`);
    if (type === "Number" && !Number.isFinite(Number(value)))
      throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

function sizeOf(entry: Entry): number {
  const attributes = Object.entries(entry.MessageAttributes ?? {}).reduce(
    (sum, [name, attribute]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(attribute.DataType) +
      (attribute.BinaryValue === undefined
        ? Buffer.byteLength(attribute.StringValue ?? "")
        : Buffer.byteLength(attribute.BinaryValue, "base64")),
    0,
  );
  return Buffer.byteLength(entry.MessageBody ?? "") + attributes;
}

function senderOf(principal: Principal): string {
  switch (principal.kind) {
    case "role":
      return `AROALOCAL:${principal.arn.split("/").at(-1) ?? ""}`;
    case "service":
      return principal.service;
    case "engine":
    case "anonymous":
      return principal.kind;
  }
}

function answer(sent: SentMessage): Record<string, unknown> {
  return {
    MessageId: sent.messageId,
    MD5OfMessageBody: sent.md5OfBody,
    ...(sent.md5OfAttributes === undefined ? {} : { MD5OfMessageAttributes: sent.md5OfAttributes }),
  };
}

import type { OperationContext } from "../../protocols/json.ts";
import type { QueueCore } from "../core.ts";
import { invalidValue } from "../errors.ts";
import { md5OfAttributes } from "../md5.ts";
import type { MessageAttributes } from "../../cloud.ts";
import type { ReceivedMessage } from "../queue-service.ts";

interface Input {
  QueueUrl?: string;
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MessageAttributeNames?: string[];
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export function receiveMessage(core: QueueCore) {
  return async (input: Input, { principal, signal }: OperationContext): Promise<Record<string, unknown>> => {
    const queue = core.table.byUrl(input.QueueUrl ?? "");
    core.authorize(principal, "ReceiveMessage", queue);
    const max = within("MaxNumberOfMessages", input.MaxNumberOfMessages ?? 1, 1, 10);
    const visibilitySeconds = within(
      "VisibilityTimeout",
      input.VisibilityTimeout ?? queue.visibilityTimeoutSeconds,
      0,
      43_200,
    );
    const waitSeconds = within("WaitTimeSeconds", input.WaitTimeSeconds ?? queue.receiveWaitSeconds, 0, 20);
    const messages = await core.receive(queue, { max, visibilitySeconds, waitMs: waitSeconds * 1000, signal });
    const systemNames = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    return messages.length === 0
      ? {}
      : { Messages: messages.map((message) => answer(message, systemNames, input.MessageAttributeNames ?? [])) };
  };
}

export function within(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalidValue(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  );
}

function answer(
  message: ReceivedMessage,
  systemNames: readonly string[],
  attributeNames: readonly string[],
): Record<string, unknown> {
  const system = Object.fromEntries(
    Object.entries(message.systemAttributes).filter(
      ([name]) => systemNames.includes("All") || systemNames.includes(name),
    ),
  );
  const attributes: MessageAttributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => attributeNames.some((wanted) => selects(wanted, name))),
  );
  const md5 = md5OfAttributes(attributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(Object.keys(system).length === 0 ? {} : { Attributes: system }),
    ...(md5 === undefined ? {} : { MD5OfMessageAttributes: md5, MessageAttributes: attributes }),
  };
}

/** `All` or `.*` select every attribute, `prefix.*` those that begin with the prefix. */
function selects(wanted: string, name: string): boolean {
  return (
    wanted === "All" ||
    wanted === ".*" ||
    wanted === name ||
    (wanted.endsWith(".*") && name.startsWith(wanted.slice(0, -1)))
  );
}

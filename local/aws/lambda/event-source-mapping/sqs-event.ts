import type { MessageAttributes } from "../../cloud.ts";
import type { ReceivedMessage } from "../../sqs/queue-service.ts";

/** One record of the event, as https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html shows it. */
export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, SqsRecordAttribute>;
  md5OfMessageAttributes?: string;
  md5OfBody: string;
  eventSource: "aws:sqs";
  eventSourceARN: string;
  awsRegion: string;
}

export interface SqsRecordAttribute {
  stringValue?: string;
  binaryValue?: string;
  stringListValues: string[];
  binaryListValues: string[];
  dataType: string;
}

/** The event with which Lambda passes a batch of messages to a function. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): { Records: SqsRecord[] } {
  const awsRegion = queueArn.split(":")[3] ?? "";
  return {
    Records: messages.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: message.systemAttributes,
      messageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, attribute]) => [name, recordAttribute(attribute)]),
      ),
      ...(message.md5OfAttributes === undefined ? {} : { md5OfMessageAttributes: message.md5OfAttributes }),
      md5OfBody: message.md5OfBody,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn,
      awsRegion,
    })),
  };
}

/** An event is limited to 6 MB, so a batch of large messages becomes several invocations. */
export function fittingBatches(
  messages: readonly ReceivedMessage[],
  queueArn: string,
  maxBytes = 6 * 1024 * 1024,
): ReceivedMessage[][] {
  const batches: ReceivedMessage[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(sqsEvent([message], queueArn)));
    if (size > room) {
      batches.push([]);
      room = maxBytes;
    }
    batches.at(-1)?.push(message);
    room -= size;
  }
  return batches;
}

function recordAttribute(attribute: MessageAttributes[string]): SqsRecordAttribute {
  return {
    ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
    ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: attribute.DataType,
  };
}

/**
 * The messages that a function with ReportBatchItemFailures reports as failed. An empty list is full success;
 * an invalid response (an unknown or empty id, a wrong key, no list) fails the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function failedMessages<Message extends { messageId: string }>(
  payload: string,
  batch: readonly Message[],
): readonly Message[] {
  const response: unknown = JSON.parse(payload);
  if (response === null || response === "") return [];
  if (typeof response !== "object") return batch;
  if (!("batchItemFailures" in response)) return Object.keys(response).length === 0 ? [] : batch;
  const failures: unknown = response.batchItemFailures;
  if (failures === null) return [];
  if (!Array.isArray(failures)) return batch;
  const ids = failures.map((failure: unknown) =>
    typeof failure === "object" && failure !== null && "itemIdentifier" in failure ? failure.itemIdentifier : undefined,
  );
  if (ids.some((id) => !batch.some((message) => message.messageId === id))) return batch;
  return batch.filter((message) => ids.includes(message.messageId));
}

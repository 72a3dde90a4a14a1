import type { MessageAttributes } from "../cloud.ts";

/** Where a topic sends its messages. */
export interface Subscription {
  arn: string;
  topicArn: string;
  protocol: "lambda" | "sqs";
  /** The function's or queue's ARN. */
  endpoint: string;
  /** Only the message itself goes to the queue, without SNS's envelope. */
  raw: boolean;
  deadLetterArn: string | undefined;
}

export interface Topic {
  name: string;
  arn: string;
  policy: string | undefined;
  /** By subscription ARN. */
  subscriptions: Map<string, Subscription>;
}

/** A published message, as stored until every subscriber has it. */
export interface Notification {
  messageId: string;
  topicArn: string;
  subject: string | undefined;
  message: string;
  /** ISO 8601 with milliseconds. */
  timestamp: string;
  attributes: MessageAttributes;
}

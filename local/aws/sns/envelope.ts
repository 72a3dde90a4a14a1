import type { MessageAttributes } from "../cloud.ts";
import type { Notification, Subscription } from "./topics.ts";

/** Messages are unsigned, because this engine has no certificate to verify a signature with. */
const signature = { SignatureVersion: "1", Signature: "unsigned" };

/** The event with which SNS invokes a function: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export function lambdaEvent(notification: Notification, subscription: Subscription): object {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: subscription.arn,
        Sns: {
          Type: "Notification",
          MessageId: notification.messageId,
          TopicArn: notification.topicArn,
          Subject: notification.subject ?? null,
          Message: notification.message,
          Timestamp: notification.timestamp,
          ...signature,
          SigningCertUrl: certificateUrl(notification),
          UnsubscribeUrl: unsubscribeUrl(notification, subscription),
          MessageAttributes: attributesOf(notification.attributes),
        },
      },
    ],
  };
}

/**
 * The message body in a queue without raw delivery:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 */
export function queueEnvelope(notification: Notification, subscription: Subscription): object {
  const attributes = attributesOf(notification.attributes);
  return {
    Type: "Notification",
    MessageId: notification.messageId,
    TopicArn: notification.topicArn,
    ...(notification.subject === undefined ? {} : { Subject: notification.subject }),
    Message: notification.message,
    Timestamp: notification.timestamp,
    ...signature,
    SigningCertURL: certificateUrl(notification),
    UnsubscribeURL: unsubscribeUrl(notification, subscription),
    ...(Object.keys(attributes).length === 0 ? {} : { MessageAttributes: attributes }),
  };
}

function attributesOf(attributes: MessageAttributes): Record<string, { Type: string; Value: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );
}

function certificateUrl({ topicArn }: Notification): string {
  return `https://sns.${regionOf(topicArn)}.amazonaws.com/SimpleNotificationService.pem`;
}

function unsubscribeUrl({ topicArn }: Notification, subscription: Subscription): string {
  return `https://sns.${regionOf(topicArn)}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`;
}

function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

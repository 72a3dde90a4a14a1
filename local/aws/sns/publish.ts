import type { Cloud, MessageAttributes, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { QueryOperation } from "../protocols/query.ts";
import type { Outbox } from "../support/outbox.ts";
import type { Notification, Topic } from "./topics.ts";

/** Largest message: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maxMessageBytes = 262_144;

/** Publishes as the principal; returns the message's id. When it returns, the message survives a SIGKILL. */
export type Publish = (
  topicArn: string,
  message: { body: string; subject?: string; attributes?: MessageAttributes },
  source: Principal,
) => string;

export function createPublish(cloud: Cloud, topics: ReadonlyMap<string, Topic>, deliveries: Outbox): Publish {
  return (topicArn, { body, subject, attributes = {} }, source) => {
    const topic = topics.get(topicArn);
    if (topic === undefined) throw new AwsError("NotFound", "Topic does not exist", 404);
    cloud.iam.authorize(
      source,
      "sns:Publish",
      topic.arn,
      topic.policy === undefined ? {} : { resourcePolicy: topic.policy },
    );
    if (body === "") throw invalid("Empty message");
    if (Buffer.byteLength(body) > maxMessageBytes) throw invalid("Message too long");
    if (subject !== undefined && !/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalid("Subject");
    const notification: Notification = {
      messageId: crypto.randomUUID(),
      topicArn: topic.arn,
      subject,
      message: body,
      timestamp: new Date().toISOString(),
      attributes,
    };
    const stored = JSON.stringify(notification);
    deliveries.add([...topic.subscriptions.keys()].map((lane) => ({ lane, body: stored })));
    return notification.messageId;
  };
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export function publishOperation(publish: Publish): QueryOperation {
  return async (parameters, { principal }) => {
    const topicArn = parameters.get("TopicArn") ?? parameters.get("TargetArn");
    if (topicArn === null) throw invalid("TopicArn or TargetArn Reason: no value for required parameter");
    // Ignoring these would silently lose per-protocol messages, FIFO ordering or text messages.
    const unknown = ["MessageStructure", "MessageGroupId", "MessageDeduplicationId", "PhoneNumber"].find((name) =>
      parameters.has(name),
    );
    if (unknown !== undefined)
      throw new AwsError(
        "InvalidParameter",
        `Invalid parameter: ${unknown} is not supported by the local engine.`,
        501,
      );
    const subject = parameters.get("Subject");
    return {
      MessageId: publish(
        topicArn,
        {
          body: parameters.get("Message") ?? "",
          ...(subject === null ? {} : { subject }),
          attributes: attributesOf(parameters),
        },
        principal,
      ),
    };
  };
}

function attributesOf(parameters: URLSearchParams): MessageAttributes {
  const attributes: MessageAttributes = {};
  for (let i = 1; parameters.has(`MessageAttributes.entry.${i}.Name`); i++) {
    const value = (name: string): string | null => parameters.get(`MessageAttributes.entry.${i}.Value.${name}`);
    const text = value("StringValue");
    const binary = value("BinaryValue");
    attributes[parameters.get(`MessageAttributes.entry.${i}.Name`) ?? ""] = {
      DataType: value("DataType") ?? "String",
      ...(text === null ? {} : { StringValue: text }),
      ...(binary === null ? {} : { BinaryValue: binary }),
    };
  }
  return attributes;
}

function invalid(what: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${what}`);
}

import type { ResourceProvider } from "../../../engine/provider.ts";
import { flag, maybeText, properties, text, texts } from "../../support/inputs.ts";
import { invalidArgument } from "../errors.ts";
import type { NotificationRule } from "../bucket-configuration.ts";
import { bucketArn, type S3 } from "../service.ts";

/** Inputs that list rules, and the member of each that names its destination. */
const destinations = { lambdaFunctions: "lambdaFunctionArn", queues: "queueArn", topics: "topicArn" } as const;

/**
 * Events that the local engine sends.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
const sentEvents = [
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
  "s3:LifecycleExpiration:*",
  "s3:LifecycleExpiration:Delete",
];

/** Where a bucket's events go. */
export function bucketNotificationProvider(s3: S3): ResourceProvider {
  return {
    type: "aws:s3/bucketNotification:BucketNotification",
    honoured: ["bucket", "eventbridge", ...Object.keys(destinations)],
    replaceOnChanges: ["bucket"],
    async apply({ inputs, prior }) {
      const bucket = text(inputs, "bucket");
      const rules = Object.entries(destinations).flatMap(([list, member]) => rulesOf(inputs[list], list, member));
      checkOverlaps(rules);
      s3.index.configure(bucket, { notification: { rules, eventBridge: flag(inputs, "eventbridge", false) } });
      if (prior === undefined) announceToQueues(s3, bucket, rules);
      return { id: bucket, outputs: {} };
    },
    async remove(state) {
      if (s3.index.hasBucket(state.id)) s3.index.configure(state.id, { notification: undefined });
    },
  };
}

function rulesOf(value: unknown, list: string, member: string): NotificationRule[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: unknown, i) => {
    const rule = properties(one) ?? {};
    const events = texts(rule, "events");
    const unknown = events.find((event) => !sentEvents.includes(event));
    if (unknown !== undefined)
      throw invalidArgument(
        `The event type ${unknown} is not supported; the local engine sends ${sentEvents.join(", ")}.`,
        "Event",
        unknown,
      );
    return {
      // The provider generates an id if the program gives none. Here it is stable, so that a restart changes
      // nothing.
      id: maybeText(rule, "id") ?? `tf-s3-${list}-${i}`,
      destination: text(rule, member),
      events,
      prefix: maybeText(rule, "filterPrefix") ?? "",
      suffix: maybeText(rule, "filterSuffix") ?? "",
    };
  });
}

/** S3 rejects two rules that could match the same event. */
function checkOverlaps(rules: readonly NotificationRule[]): void {
  for (const [i, one] of rules.entries()) {
    const other = rules.slice(i + 1).find((candidate) => overlap(one, candidate));
    if (other !== undefined) {
      throw invalidArgument(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        "NotificationConfiguration",
        `${one.id}, ${other.id}`,
      );
    }
  }
}

function overlap(a: NotificationRule, b: NotificationRule): boolean {
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  return (
    prefixes &&
    suffixes &&
    a.events.some((event) => b.events.some((other) => covers(event, other) || covers(other, event)))
  );
}

function covers(pattern: string, event: string): boolean {
  return pattern === event || (pattern.endsWith(":*") && event.startsWith(pattern.slice(0, -1)));
}

/** S3 sends a test message to the queues and topics of a new configuration; consumers must tolerate it. */
function announceToQueues(s3: S3, bucket: string, rules: readonly NotificationRule[]): void {
  const source = { kind: "service", service: "s3.amazonaws.com", sourceArn: bucketArn(bucket) } as const;
  const message = {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date().toISOString(),
    Bucket: bucket,
    RequestId: "0000000000000000",
    HostId: "local",
  };
  for (const { destination } of rules) {
    if (/^arn:aws:(sqs|sns):/.test(destination))
      s3.index.deliver({ destination, body: JSON.stringify({ source, message }) });
  }
}

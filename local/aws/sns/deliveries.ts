import { join } from "node:path";
import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { openOutbox, type Delivery, type Outbox, type Outcome } from "../support/outbox.ts";
import { lambdaEvent, queueEnvelope } from "./envelope.ts";
import type { Notification, Subscription, Topic } from "./topics.ts";

/**
 * Durable deliveries from topics to subscribers. SNS retries 3 times immediately, twice after 1 s, 10 times with delays
 * of 1 to 20 s and then every 20 s; a permanently rejected message goes to the subscription's dead-letter queue.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function createDeliveries(cloud: Cloud, topics: ReadonlyMap<string, Topic>): Outbox {
  const log = cloud.log.child("sns");

  async function deliver(delivery: Delivery): Promise<Outcome> {
    const topic = topics.get(delivery.lane.slice(0, delivery.lane.lastIndexOf(":")));
    const subscription = topic?.subscriptions.get(delivery.lane);
    if (subscription === undefined) return "done";
    const notification = JSON.parse(delivery.body) as Notification;
    try {
      await send(notification, subscription);
      return "done";
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      if (cause.status === 429 || cause.status >= 500) return { retryInMs: retryDelayMs(delivery.attempts) };
      await giveUp(notification, subscription, cause);
      return "done";
    }
  }

  async function send(notification: Notification, subscription: Subscription): Promise<void> {
    const source = principalOf(subscription);
    if (subscription.protocol === "lambda")
      await cloud.functions.invokeLater(subscription.endpoint, lambdaEvent(notification, subscription), source);
    else if (subscription.raw)
      await cloud.queues.send(subscription.endpoint, notification.message, source, notification.attributes);
    else
      await cloud.queues.send(subscription.endpoint, JSON.stringify(queueEnvelope(notification, subscription)), source);
  }

  async function giveUp(notification: Notification, subscription: Subscription, cause: AwsError): Promise<void> {
    const { deadLetterArn } = subscription;
    log.error(
      `${subscription.topicArn} could not deliver to ${subscription.endpoint}: ${cause.message}; ` +
        `${deadLetterArn === undefined ? "the message is lost" : `it goes to ${deadLetterArn}`}.`,
    );
    if (deadLetterArn === undefined) return;
    try {
      await cloud.queues.send(
        deadLetterArn,
        JSON.stringify(queueEnvelope(notification, subscription)),
        principalOf(subscription),
      );
    } catch (refusal) {
      if (!(refusal instanceof AwsError)) throw refusal;
      log.error(
        `${subscription.topicArn} could not move its message to the dead-letter queue ` +
          `${deadLetterArn}: ${refusal.message}`,
      );
    }
  }

  return openOutbox({ file: join(cloud.dataFolder, "sns.db"), log, deliver });
}

/** Delay before the next attempt; `attempts` counts those before the one that just failed. */
export function retryDelayMs(attempts: number): number {
  if (attempts < 3) return 0;
  if (attempts < 5) return 1000;
  return Math.min(1000 * 2 ** (attempts - 5), 20_000);
}

function principalOf(subscription: Subscription): Principal {
  return { kind: "service", service: "sns.amazonaws.com", sourceArn: subscription.topicArn };
}

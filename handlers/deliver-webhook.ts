import { ChangeMessageVisibilityCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Catalogue } from "../catalogue/index.ts";
import { signWebhook } from "../domain/webhook-signature.ts";
import { webhookBody, webhookPausesSeconds } from "../domain/webhooks.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf, parseFields, type Fields } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { setting } from "../pipeline/runtime/settings.ts";
import type { SqsBatchResponse } from "../pipeline/runtime/sqs-batch.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";
import { createPost, type Post } from "../pipeline/webhooks/post.ts";
import { createWebhookQueue, type WebhookMessage, type WebhookQueue } from "../pipeline/webhooks/queue.ts";

/** The parts of an SQS batch that are read. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface DeliveryEvent {
  Records: {
    messageId: string;
    receiptHandle: string;
    /** An event of the bus, or a {@link WebhookMessage}. */
    body: string;
    attributes: { ApproximateReceiveCount: string };
  }[];
}

/** What the handler works with. */
export interface DeliverWebhookDeps {
  webhooks: Catalogue["webhooks"];
  queue: WebhookQueue;
  /** Hides a message from now on for so many seconds. */
  hide: (receiptHandle: string, seconds: number) => Promise<void>;
  post: Post;
  log: StepLog;
  /** The clock, in milliseconds since the epoch. */
  now: () => number;
}

/**
 * An event of the bus becomes a message for each webhook that wants it, so that no receiver waits for another. A
 * message is sent to its receiver, and again after a growing pause until the receiver takes it or the queue gives it
 * up.
 */
export function createHandler(deps: DeliverWebhookDeps): (event: DeliveryEvent) => Promise<SqsBatchResponse> {
  const { webhooks, queue, hide, post, log, now } = deps;

  async function spread(detail: Fields, change: unknown): Promise<void> {
    const [id, type, at] = [detail.text("id"), detail.text("type"), detail.text("at")];
    const wanting = (await webhooks.list()).filter(
      ({ disabled, types }) => !disabled && types.some((one) => one === type),
    );
    // Twice is harmless: a receiver knows the id.
    const body = webhookBody(type, at, change);
    await Promise.all(wanting.map((webhook) => queue.add({ webhook: webhook.id, id, type, body })));
  }

  /** Answers whether the message is done with. */
  async function deliver({ webhook: webhookId, id, type, body }: WebhookMessage, attempts: number): Promise<boolean> {
    const webhook = await webhooks.get(webhookId);
    // It was deleted or disabled while the message waited.
    if (webhook === undefined || webhook.disabled) return true;
    const result = await post(webhook.url, body, signWebhook(webhook.secret, { id, atMs: now(), body }));
    const status = "status" in result ? result.status : undefined;
    const isDelivered = status !== undefined && status >= 200 && status < 300;
    const outcome = isDelivered ? "delivered" : status === 410 ? "gone" : "failed";
    await webhooks.tried(webhookId, { at: new Date(now()).toISOString(), type, ...result, attempts }, outcome);
    // Not the URL: it may hold a secret of its receiver's.
    log.info(`webhook-${outcome}`, { webhook: webhookId, event: id, type, status, attempts });
    return outcome !== "failed";
  }

  /** Answers whether the queue is to deliver the record again. */
  async function take(record: Fields): Promise<boolean> {
    const text = record.text("body");
    const message = parseFields(text, "message");
    const detail = message.optionalFields("detail");
    if (detail !== undefined) {
      const event: unknown = JSON.parse(text);
      await spread(detail, typeof event === "object" && event !== null && "detail" in event ? event.detail : undefined);
      return false;
    }
    const attempts = Number(record.fields("attributes").text("ApproximateReceiveCount"));
    const [webhook, id, type] = [message.text("webhook"), message.text("id"), message.text("type")];
    if (await deliver({ webhook, id, type, body: message.text("body") }, attempts)) return false;
    const pause = webhookPausesSeconds[attempts - 1];
    if (pause !== undefined) await hide(record.text("receiptHandle"), pause);
    return true;
  }

  return async (event) => {
    const failures = await Promise.all(
      fieldsOf(event)
        .list("Records")
        .map(async (record) => {
          const messageId = record.text("messageId");
          try {
            return (await take(record)) ? [{ itemIdentifier: messageId }] : [];
          } catch (error) {
            log.warn("delivery-postponed", error, { message: messageId });
            return [{ itemIdentifier: messageId }];
          }
        }),
    );
    return { batchItemFailures: failures.flat() };
  };
}

/** Lambda entry point: the queue of webhook deliveries, to which a rule sends the bus's events. */
export const handler = entryPoint("deliver-webhook", (log) => {
  const client = new SQSClient();
  const url = setting("WEBHOOK_QUEUE_URL");
  return createHandler({
    webhooks: openCatalogue().webhooks,
    queue: createWebhookQueue({ client, url }),
    async hide(ReceiptHandle, VisibilityTimeout) {
      await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    },
    post: createPost({ allowLoopback: setting("LOCAL_WEBHOOKS") === "true" }),
    log,
    now: Date.now,
  });
});

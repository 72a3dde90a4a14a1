import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";

/** What one webhook is to get: the queue carries it to `deliver-webhook`. */
export interface WebhookMessage {
  /** Webhook id. */
  webhook: string;
  /** The event's id and type. */
  id: string;
  type: string;
  /** What is sent, the same at every try. */
  body: string;
}

/** Where messages wait to be delivered. */
export interface WebhookQueue {
  add(message: WebhookMessage): Promise<void>;
}

/** The queue at `url`. */
export function createWebhookQueue({ client, url }: { client: SQSClient; url: string }): WebhookQueue {
  return {
    async add(message) {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(message) }));
    },
  };
}

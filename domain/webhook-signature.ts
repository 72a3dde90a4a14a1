import { createHmac } from "node:crypto";

/** What a webhook's secret begins with; the rest is the key in Base64. */
export const secretPrefix = "whsec_";

/**
 * The headers that prove who sent a body, and when, as Standard Webhooks defines them: HMAC-SHA256 of
 * `id.timestamp.body`. `atMs` is the time of sending, in milliseconds since the epoch.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(
  secret: string,
  message: { id: string; atMs: number; body: string },
): Record<string, string> {
  const { id, body } = message;
  const timestamp = String(Math.floor(message.atMs / 1000));
  const key = Buffer.from(secret.slice(secretPrefix.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}

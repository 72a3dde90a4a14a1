import { isIP } from "node:net";
import type { ChangeType } from "./changes.ts";
import { isLoopback, isPublicAddress } from "./public-address.ts";

/** Someone else's address that hears of changes. */
export interface Webhook {
  id: string;
  url: string;
  types: ChangeType[];
  /** Signs what is sent; see `signWebhook`. */
  secret: string;
  /** ISO 8601 UTC. */
  createdAt: string;
  /** Whether its receiver said that it is gone; it gets nothing any more. */
  disabled: boolean;
  /** Tries that failed since the last one that did not. */
  failures: number;
  lastDelivery: WebhookDelivery | undefined;
}

/** How the last try to deliver ended. */
export interface WebhookDelivery {
  /** ISO 8601 UTC. */
  at: string;
  /** Of the event. */
  type: string;
  /** HTTP status of the answer; absent when there was none. */
  status?: number;
  /** Why there was no answer. */
  error?: string;
  /** Tries for this event so far. */
  attempts: number;
}

/** What a webhook hears of unless it asks for something else. */
export const defaultWebhookTypes: readonly ChangeType[] = ["clip.ready", "clip.changed", "person.appeared"];

/** The type of the event that an editor sends to try a webhook out. */
export const testType = "webhook.test";

export const webhooksAtMost = 20;

/**
 * Seconds after each failed try, about a day together. Standard Webhooks recommends as much:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * SQS hides a message for 12 hours at most.
 */
export const webhookPausesSeconds = [5, 300, 1800, 7200, 18_000, 28_800, 28_800] as const;

/** The body of a request, as Standard Webhooks recommends it. `data` is the change. */
export function webhookBody(type: string, at: string, data: unknown): string {
  return JSON.stringify({ type, timestamp: at, data });
}

/**
 * Why nothing is sent to a URL; undefined when it can be a webhook's. Whether its name leads to a public address is
 * seen when it is connected to. With `allowLoopback`, this machine is allowed too, also without TLS.
 */
export function unsuitableUrl(url: string, allowLoopback: boolean): string | undefined {
  if (!URL.canParse(url)) return "it is not a URL";
  const { protocol, hostname, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isThisMachine = allowLoopback && (host === "localhost" || isLoopback(host));
  if (protocol !== "https:" && !(protocol === "http:" && isThisMachine)) return "it must begin with https://";
  if (username !== "" || password !== "") return "it must not have a user name or password";
  if (isIP(host) !== 0 && !isThisMachine && !isPublicAddress(host)) return `the address ${host} is not public`;
  return undefined;
}

import { randomBytes } from "node:crypto";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { changeTypes, type ChangeType } from "../domain/changes.ts";
import { secretPrefix } from "../domain/webhook-signature.ts";
import type { Webhook, WebhookDelivery } from "../domain/webhooks.ts";
import { itemOf, list, number, optionalNumber, optionalText, text, type Item } from "./item.ts";
import { createTable, type Key } from "./table.ts";

/** How a try ended for the webhook: `gone` is the receiver's own word that it wants no more. */
export type WebhookOutcome = "delivered" | "failed" | "gone";

/** Other people's addresses that hear of changes. */
export interface Webhooks {
  /** Adds one, with a new secret. */
  create(wanted: { url: string; types: readonly ChangeType[] }): Promise<Webhook>;
  get(id: string): Promise<Webhook | undefined>;
  /** All, oldest first. */
  list(): Promise<Webhook[]>;
  /** Answers whether it was there. */
  delete(id: string): Promise<boolean>;
  /** Notes a try, unless the webhook was deleted meanwhile. */
  tried(id: string, delivery: WebhookDelivery, outcome: WebhookOutcome): Promise<void>;
}

const partition = "WEBHOOKS";

/** The webhooks part of the catalogue. `now` is the clock, in milliseconds since the epoch. */
export function createWebhooks(options: {
  client: DynamoDBDocumentClient;
  table: string;
  now?: () => number;
}): Webhooks {
  const table = createTable(options);
  const { now = Date.now } = options;
  const keyOf = (id: string): Key => ({ pk: partition, sk: `WEBHOOK#${id}` });
  return {
    async create({ url, types }) {
      const id = randomBytes(12).toString("hex");
      const secret = `${secretPrefix}${randomBytes(32).toString("base64")}`;
      const createdAt = new Date(now()).toISOString();
      const item = { ...keyOf(id), id, url, types: [...types], secret, createdAt, failures: 0 };
      await table.put(item);
      return webhookOf(item);
    },

    async get(id) {
      const item = await table.get(keyOf(id));
      return item === undefined ? undefined : webhookOf(item);
    },

    async list() {
      const webhooks = (await table.partition(partition, "WEBHOOK#")).map(webhookOf);
      return webhooks.sort((a, b) => (`${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? -1 : 1));
    },

    async delete(id) {
      return (await table.delete(keyOf(id))) !== undefined;
    },

    async tried(id, delivery, outcome) {
      const failures = outcome === "delivered" ? "failures = :none" : "failures = failures + :one";
      await table.update(keyOf(id), {
        update: `SET lastDelivery = :delivery, ${failures}${outcome === "gone" ? ", disabled = :yes" : ""}`,
        condition: "attribute_exists(pk)",
        values: {
          ":delivery": { ...delivery },
          ...(outcome === "delivered" ? { ":none": 0 } : { ":one": 1 }),
          ...(outcome === "gone" && { ":yes": true }),
        },
      });
    },
  };
}

function webhookOf(item: Item): Webhook {
  const last = item["lastDelivery"];
  return {
    id: text(item, "id"),
    url: text(item, "url"),
    types: changeTypes.filter((type) => list(item, "types").includes(type)),
    secret: text(item, "secret"),
    createdAt: text(item, "createdAt"),
    disabled: item["disabled"] === true,
    failures: number(item, "failures"),
    lastDelivery: last === undefined ? undefined : deliveryOf(itemOf(last)),
  };
}

function deliveryOf(item: Item): WebhookDelivery {
  const [status, error] = [optionalNumber(item, "status"), optionalText(item, "error")];
  return {
    at: text(item, "at"),
    type: text(item, "type"),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    attempts: number(item, "attempts"),
  };
}

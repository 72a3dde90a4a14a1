import { Type } from "typebox";
import { changeTypes } from "../../domain/changes.ts";
import { defaultWebhookTypes } from "../../domain/webhooks.ts";
import { WallClock } from "./common.ts";
import { nullable, reference } from "./reference.ts";

const Url = Type.String({
  minLength: 1,
  maxLength: 2048,
  description: "Where changes are sent: https and a public address.",
  examples: ["https://example.com/spotlight"],
});
const Types = Type.Array(Type.Enum([...changeTypes], { type: "string" }), {
  minItems: 1,
  maxItems: changeTypes.length,
  uniqueItems: true,
  description: "The changes to hear of.",
});

/** How the last try to deliver ended. */
const DeliverySchema = Type.Object(
  {
    at: WallClock("When it was tried."),
    type: Type.String({ description: "The event's type." }),
    status: Type.Optional(Type.Integer({ description: "HTTP status of the answer, if there was one." })),
    error: Type.Optional(Type.String({ description: "Why there was no answer." })),
    attempts: Type.Integer({ minimum: 1, description: "Tries for this event so far." }),
  },
  { additionalProperties: false },
);

const members = {
  id: Type.String({ description: "The webhook's id." }),
  url: Url,
  types: Types,
  createdAt: WallClock("When it was added."),
  disabled: Type.Boolean({ description: "Whether its receiver answered 410: it gets nothing any more." }),
  failures: Type.Integer({ minimum: 0, description: "Tries that failed since the last one that did not." }),
  lastDelivery: nullable(DeliverySchema, "The last try; null before the first."),
};
const example = {
  id: "8f14e45fceea167a5a36dedd",
  url: "https://example.com/spotlight",
  types: ["clip.ready"],
  createdAt: "2026-11-22T18:01:30.500Z",
  disabled: false,
  failures: 0,
  lastDelivery: { at: "2026-11-22T18:05:00.000Z", type: "clip.ready", status: 204, attempts: 1 },
};

/** A webhook. */
export const WebhookSchema = Type.Object(members, {
  $id: "Webhook",
  additionalProperties: false,
  description: "An address that hears of changes.",
  examples: [example],
});

/** A webhook that was just added, with its secret. */
export const NewWebhookSchema = Type.Object(
  {
    ...members,
    secret: Type.String({ description: "Signs what is sent (Standard Webhooks). Shown only now." }),
  },
  {
    $id: "NewWebhook",
    additionalProperties: false,
    description: "A webhook and its secret.",
    examples: [{ ...example, lastDelivery: null, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" }],
  },
);

/** All webhooks. */
export const WebhookListSchema = Type.Object(
  { items: Type.Array(reference(WebhookSchema)) },
  { $id: "WebhookList", additionalProperties: false },
);

/** What a new webhook hears of, and where. */
export const WebhookRequestSchema = Type.Object(
  { url: Url, types: Type.Optional({ ...Types, default: [...defaultWebhookTypes] }) },
  { additionalProperties: false, examples: [{ url: "https://example.com/spotlight", types: ["clip.ready"] }] },
);

/** The event that a test sends. */
export const WebhookTestSchema = Type.Object(
  { id: Type.String({ description: "The event's id: the header `webhook-id`." }) },
  { $id: "WebhookTest", additionalProperties: false },
);

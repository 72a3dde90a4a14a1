import { randomUUID } from "node:crypto";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import {
  defaultWebhookTypes,
  testType,
  unsuitableUrl,
  webhookBody,
  webhooksAtMost,
  type Webhook,
} from "../../domain/webhooks.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { NewWebhookSchema, WebhookListSchema, WebhookRequestSchema, WebhookTestSchema } from "../schemas/webhook.ts";

/** `/webhooks`: other people's addresses that hear of changes. */
export const webhookRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, config, catalogue: { webhooks }, webhookQueue, now },
) => {
  const noWebhook = (id: string): ApiProblem =>
    new ApiProblem("webhook-not-found", `There is no webhook "${id}". GET /webhooks lists them.`);

  app.post(
    "/webhooks",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "createWebhook",
        summary: "Have changes sent to an address",
        description:
          "Requests are signed as [Standard Webhooks](https://www.standardwebhooks.com) define. A receiver has ten " +
          "seconds to answer 2xx; otherwise it gets the same event again for about a day. 410 disables the webhook.",
        tags: ["webhooks"],
        querystring: NoQuery,
        body: WebhookRequestSchema,
        response: {
          201: reference(NewWebhookSchema, "The webhook, and its secret for the only time."),
          ...problemResponses(
            "unauthorized",
            "unsuitable-url",
            "too-many-webhooks",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ body: { url, types = defaultWebhookTypes } }, reply) => {
      const unsuitable = unsuitableUrl(url, config.localWebhooks);
      if (unsuitable !== undefined) throw new ApiProblem("unsuitable-url", `Choose another URL: ${unsuitable}.`);
      if ((await webhooks.list()).length >= webhooksAtMost)
        throw new ApiProblem(
          "too-many-webhooks",
          `There are ${webhooksAtMost} webhooks already, which is the most. Delete one first.`,
        );
      const webhook = await webhooks.create({ url, types });
      return reply.code(201).send({ ...viewOf(webhook), secret: webhook.secret });
    },
  );

  app.get(
    "/webhooks",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "listWebhooks",
        summary: "List the webhooks, and how their last deliveries ended",
        tags: ["webhooks"],
        querystring: NoQuery,
        response: {
          200: reference(WebhookListSchema, "All webhooks, oldest first."),
          ...problemResponses("unauthorized"),
        },
      },
    },
    async () => ({ items: (await webhooks.list()).map(viewOf) }),
  );

  app.delete(
    "/webhooks/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deleteWebhook",
        summary: "Send nothing to an address any more",
        tags: ["webhooks"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: Type.Null({ description: "It is deleted." }),
          ...problemResponses("unauthorized", "webhook-not-found"),
        },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!(await webhooks.delete(id))) throw noWebhook(id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    "/webhooks/:id/test",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "testWebhook",
        summary: "Send a webhook an event of the type webhook.test",
        description: "`lastDelivery` of the webhook tells how it ended.",
        tags: ["webhooks"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          202: reference(WebhookTestSchema, "The event is on its way."),
          ...problemResponses("unauthorized", "webhook-not-found", "webhook-disabled"),
        },
      },
    },
    async ({ params: { id: webhook } }, reply) => {
      const found = await webhooks.get(webhook);
      if (found === undefined) throw noWebhook(webhook);
      if (found.disabled)
        throw new ApiProblem("webhook-disabled", "Its receiver answered 410. Delete the webhook and add it again.");
      const [id, at] = [randomUUID(), new Date(now()).toISOString()];
      await webhookQueue.add({
        webhook,
        id,
        type: testType,
        body: webhookBody(testType, at, { id, type: testType, at }),
      });
      return reply.code(202).send({ id });
    },
  );
};

/** A webhook without its secret. */
function viewOf({ id, url, types, createdAt, disabled, failures, lastDelivery }: Webhook) {
  return { id, url, types, createdAt, disabled, failures, lastDelivery: lastDelivery ?? null };
}

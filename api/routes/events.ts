import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { RouteDependencies } from "../dependencies.ts";
import { NoQuery } from "../schemas/common.ts";
import { EventListSchema } from "../schemas/event.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `GET /events`: the events by which clips can be filtered. */
export const eventRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (app, { catalogue: { events } }) => {
  app.get(
    "/events",
    {
      schema: {
        operationId: "listEvents",
        summary: "List the events of matches that there are clips of",
        description: "For the filter `event` of clips and reels.",
        tags: ["clips"],
        querystring: NoQuery,
        response: { 200: reference(EventListSchema, "All events, by name."), ...problemResponses() },
      },
    },
    async () => ({ items: await events.list() }),
  );
};

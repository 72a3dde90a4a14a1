import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Static } from "typebox";
import type { Broadcast } from "../../domain/model.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { personViews } from "../person-view.ts";
import { ApiProblem } from "../problems.ts";
import { BroadcastFilterSchema, BroadcastListSchema, BroadcastSchema } from "../schemas/broadcast.ts";
import { defaultLimit, IdParams, NoQuery } from "../schemas/common.ts";
import { PersonListSchema } from "../schemas/person.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `/broadcasts`: the runs of channels. */
export const broadcastRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { catalogue: { broadcasts, people } },
) => {
  app.get(
    "/broadcasts",
    {
      schema: {
        operationId: "listBroadcasts",
        summary: "List broadcasts, newest first",
        description:
          "Broadcasts in which nobody streamed are left out. A page may hold fewer than `limit`, even none, and " +
          "still have a next one.",
        tags: ["broadcasts"],
        querystring: BroadcastFilterSchema,
        response: {
          200: reference(BroadcastListSchema, "A page of broadcasts."),
          ...problemResponses("cursor-mismatch"),
        },
      },
    },
    async ({ query: { channel, limit = defaultLimit, cursor } }) => {
      const page = await broadcasts.list({ channel, limit, cursor });
      return { items: page.items.map(view), nextCursor: page.nextCursor ?? null };
    },
  );

  app.get(
    "/broadcasts/:id",
    {
      schema: {
        operationId: "getBroadcast",
        summary: "Get a broadcast",
        tags: ["broadcasts"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(BroadcastSchema, "The broadcast."), ...problemResponses("broadcast-not-found") },
      },
    },
    async ({ params: { id } }) => view(await found(id)),
  );

  app.get(
    "/broadcasts/:id/people",
    {
      schema: {
        operationId: "listBroadcastPeople",
        summary: "List the people on the watch list, with their clips in a broadcast",
        description: "As `GET /people`, but `clips` counts those in the broadcast.",
        tags: ["broadcasts"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: reference(PersonListSchema, "Everyone, by name."),
          ...problemResponses("broadcast-not-found"),
        },
      },
    },
    async ({ params: { id } }) => {
      const [broadcast, list] = await Promise.all([found(id), people.list()]);
      return { items: await personViews(people, list, broadcast) };
    },
  );

  async function found(id: string): Promise<Broadcast> {
    const broadcast = await broadcasts.get(id);
    if (broadcast === undefined) throw new ApiProblem("broadcast-not-found", `Broadcast "${id}" does not exist.`);
    return broadcast;
  }
};

function view({ start, end, poster, ...broadcast }: Broadcast): Static<typeof BroadcastSchema> {
  return { ...broadcast, start: start ?? null, end: end ?? null, poster: poster ?? null };
}

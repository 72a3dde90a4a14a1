import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { clipQuery } from "../clip-query.ts";
import { clipView } from "../clip-view.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { ClipChangeSchema, ClipFilterSchema, ClipListSchema, ClipSchema } from "../schemas/clip.ts";
import { defaultLimit, IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `/clips`: the moments in which people appear. */
export const clipRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { clips } },
) => {
  app.get(
    "/clips",
    {
      schema: {
        operationId: "listClips",
        summary: "List clips, newest first",
        description:
          "All filters must hold; of several people, any. A page may hold fewer clips than `limit`, even " +
          "none, and still have a next one.",
        tags: ["clips"],
        querystring: ClipFilterSchema,
        response: { 200: reference(ClipListSchema, "A page of clips."), ...problemResponses("cursor-mismatch") },
      },
    },
    async ({ query }) => {
      const { order, limit = defaultLimit, cursor } = query;
      const page = await clips.list({ ...clipQuery(query), order, limit, cursor });
      return { items: page.items.map(clipView), nextCursor: page.nextCursor ?? null };
    },
  );

  app.get(
    "/clips/:id",
    {
      schema: {
        operationId: "getClip",
        summary: "Get a clip",
        description: "The clip that now contains this moment, if it was merged.",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(ClipSchema, "The clip."), ...problemResponses("clip-not-found") },
      },
    },
    async ({ params: { id } }) => {
      const clip = await clips.get(id);
      if (clip === undefined) throw noClip(id);
      return clipView(clip);
    },
  );

  app.patch(
    "/clips/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "reviewClip",
        summary: "Confirm or reject a clip",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        body: ClipChangeSchema,
        response: {
          200: reference(ClipSchema, "The clip."),
          ...problemResponses("unauthorized", "clip-not-found", "payload-too-large", "unsupported-media-type"),
        },
      },
    },
    async ({ params: { id }, body }) => {
      if ((await clips.get(id)) === undefined) throw noClip(id);
      return clipView(await clips.review(id, body.review));
    },
  );

  app.delete(
    "/clips/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deleteClip",
        summary: "Delete a clip permanently",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: Type.Null({ description: "The clip is deleted." }),
          ...problemResponses("unauthorized", "clip-not-found"),
        },
      },
    },
    async ({ params: { id } }, reply) => {
      if (!(await clips.delete(id))) throw noClip(id);
      return reply.code(204).send(null);
    },
  );
};

function noClip(id: string): ApiProblem {
  return new ApiProblem("clip-not-found", `Clip "${id}" does not exist.`);
}

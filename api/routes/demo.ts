import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { tokenOf } from "../caller.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";

/** `/demo`: built-in footage instead of a camera. Only where a function plays it; elsewhere the path doesn't exist. */
export const demoRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (app, { caller, demo }) => {
  if (demo === undefined) return;

  app.post(
    "/demo",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "startDemo",
        summary: "Stream built-in footage to the first channel; has no effect while it runs",
        tags: ["service"],
        querystring: NoQuery,
        response: {
          202: Type.Null({ description: "The demo registers its people, then streams for a minute." }),
          ...problemResponses("unauthorized"),
        },
      },
    },
    async (request, reply) => {
      await demo.start(tokenOf(request) ?? "");
      return reply.code(202).send(null);
    },
  );

  app.delete(
    "/demo",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "stopDemo",
        summary: "Stop the built-in footage; has no effect if it does not run",
        tags: ["service"],
        querystring: NoQuery,
        response: { 204: Type.Null({ description: "The demo does not run." }), ...problemResponses("unauthorized") },
      },
    },
    async (_request, reply) => {
      await demo.stop();
      return reply.code(204).send(null);
    },
  );
};

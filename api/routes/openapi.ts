import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { NoQuery } from "../schemas/common.ts";

/** `GET /openapi.json`: the API's own description. */
export const openapiRoutes: FastifyPluginAsyncTypebox = async (app) => {
  app.get("/openapi.json", { schema: { hide: true, querystring: NoQuery } }, async (_request, reply) =>
    reply.header("cache-control", "public, max-age=300").send(app.swagger()),
  );
};

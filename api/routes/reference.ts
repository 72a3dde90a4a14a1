import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { basePath } from "../openapi.ts";
import { referencePage } from "../reference/page.ts";
import { style } from "../reference/style.ts";
import { NoQuery } from "../schemas/common.ts";

const hidden = { schema: { hide: true, querystring: NoQuery } };
const cache = "public, max-age=300";

/** `GET /docs`: the reference of the API for people, from the OpenAPI document. */
export const referenceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  let page: string | undefined;
  app.get("/docs", hidden, async (_request, reply) => {
    page ??= referencePage({ ...app.swagger() }, `${basePath}/docs.css`);
    return reply.header("cache-control", cache).type("text/html; charset=utf-8").serializer(String).send(page);
  });
  app.get("/docs.css", hidden, async (_request, reply) =>
    reply.header("cache-control", cache).type("text/css; charset=utf-8").serializer(String).send(style),
  );
};

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { RouteDependencies } from "../dependencies.ts";
import { linkPreview, withPreview } from "../link-preview.ts";
import { ApiProblem } from "../problems.ts";

/** The page's address, from the distribution's function (`components/page-route.ts`); viewers can't send it. */
const pageUrlHeader = "x-page-url";
const pageUrlForm = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i;

/**
 * Longer than the API's other answers, since a link that spreads is asked for by many; short, since the page refers to
 * files that the next deployment replaces.
 */
const cache = "public, max-age=0, s-maxage=10";

/**
 * `GET /index.html`: the page of a clip, of people or of a broadcast, with tags for link previews, for the distribution
 * only.
 */
export const pageRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (app, { catalogue, config, webPage }) => {
  const querystring = Type.Object({
    clip: Type.Optional(Type.String()),
    person: Type.Optional(Type.Array(Type.String())),
    channel: Type.Optional(Type.String()),
    broadcast: Type.Optional(Type.String()),
  });

  app.get("/index.html", { schema: { hide: true, querystring } }, async ({ headers, query }, reply) => {
    const pageUrl = headers[pageUrlHeader];
    if (typeof pageUrl !== "string" || !pageUrlForm.test(pageUrl))
      throw new ApiProblem("route-not-found", "The page is not here but at the root of this host.");
    const [page, preview] = await Promise.all([webPage(), linkPreview(query, catalogue, config.channels)]);
    return reply
      .header("cache-control", cache)
      .type("text/html; charset=utf-8")
      .serializer(String)
      .send(preview === undefined ? page : withPreview(page, pageUrl, preview));
  });
};

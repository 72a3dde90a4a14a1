import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiProblem } from "./problems.ts";

/**
 * Responds to requests without a route: `method-not-allowed` with the methods of the path, otherwise `route-not-found`.
 * Call it before the routes are registered.
 */
export function answerUnrouted(app: FastifyInstance): void {
  const paths = new Map<string, { form: RegExp; methods: Set<string> }>();

  app.addHook("onRoute", ({ url, method }) => {
    const path = paths.get(url) ?? { form: formOf(url), methods: new Set() };
    paths.set(url, path);
    for (const one of [method].flat()) path.methods.add(one);
  });

  const refuse = async (request: FastifyRequest): Promise<never> => {
    const path = request.url.split("?", 1)[0] ?? "";
    const methods = [...paths.values()].filter(({ form }) => form.test(path)).flatMap((found) => [...found.methods]);
    if (methods.length === 0)
      throw new ApiProblem("route-not-found", "Nothing exists at this path. See /api/openapi.json for all paths.");
    const allow = [...new Set(methods)].sort().join(", ");
    throw new ApiProblem("method-not-allowed", `This path does not allow ${request.method}. Allowed: ${allow}.`, {
      headers: { allow },
    });
  };
  app.setNotFoundHandler(refuse);
  // Before the body is read: what is wrong with it does not matter here.
  app.addHook("onRequest", async (request) => {
    if (request.is404) await refuse(request);
  });
}

/** Matches a route's paths: `/api/clips/:id` is one segment after `/api/clips/`. */
function formOf(url: string): RegExp {
  const segments = url
    .split("/")
    .map((segment) => (segment.startsWith(":") ? "[^/]+" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
  return new RegExp(`^${segments.join("/")}$`);
}

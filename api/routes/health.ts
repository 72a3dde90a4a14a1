import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger } from "fastify";
import packageJson from "../../package.json" with { type: "json" };
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { NoQuery } from "../schemas/common.ts";
import { HealthSchema } from "../schemas/health.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `GET /health`: checks the API and its dependencies. */
export const healthRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { catalogue, config, liveChannels },
) => {
  const checks: Record<string, () => Promise<unknown>> = {
    catalogue: () => catalogue.channels.list(),
    channels: async () => {
      const live = await liveChannels();
      await Promise.all(config.channels.map((channel) => live.state(channel)));
    },
  };

  app.get(
    "/health",
    {
      schema: {
        operationId: "getHealth",
        summary: "Check the API and its dependencies",
        tags: ["service"],
        querystring: NoQuery,
        response: {
          200: reference(HealthSchema, "All services that the API depends on respond."),
          ...problemResponses("unhealthy"),
        },
      },
    },
    async (request) => {
      const results = await Promise.all(Object.entries(checks).map(([name, check]) => run(name, check, request.log)));
      const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
      if (failed.length > 0)
        throw new ApiProblem("unhealthy", `Failing checks: ${failed.join(", ")}. The API's log says why.`, {
          headers: { "retry-after": "5" },
        });
      return {
        status: "ok" as const,
        versions: { spotlight: packageJson.version, node: process.versions.node },
        checks: results.map(({ name, durationMs }) => ({ name, durationMs })),
      };
    },
  );
};

async function run(
  name: string,
  check: () => Promise<unknown>,
  log: FastifyBaseLogger,
): Promise<{ name: string; ok: boolean; durationMs: number }> {
  const start = performance.now();
  try {
    await check();
    return { name, ok: true, durationMs: Math.round(performance.now() - start) };
  } catch (error) {
    log.error({ err: error, check: name }, "a health check failed");
    return { name, ok: false, durationMs: Math.round(performance.now() - start) };
  }
}

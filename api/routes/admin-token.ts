import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { tokenOf } from "../caller.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { AdminTokenSchema } from "../schemas/admin-token.ts";
import { NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `POST /admin-token/rotate`: replaces the token with which the request comes. */
export const adminTokenRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (app, { caller, adminToken }) => {
  app.post(
    "/admin-token/rotate",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "rotateAdminToken",
        summary: "Replace the admin token with a new one",
        description:
          "The token that was sent still counts for a minute. `token-replaced`: it was replaced already; only the " +
          "token in force can be rotated. The stack output adminToken is then no longer the token.",
        tags: ["access"],
        querystring: NoQuery,
        response: {
          201: reference(AdminTokenSchema, "The new token."),
          ...problemResponses("unauthorized", "token-replaced"),
        },
      },
    },
    async (request, reply) => {
      const { token, previousUntilMs } = await adminToken.rotate(tokenOf(request) ?? "");
      return reply.code(201).send({ token, previousUntil: new Date(previousUntilMs).toISOString() });
    },
  );
};

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { RouteDependencies } from "../dependencies.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { UndoneSchema } from "../schemas/undo.ts";

/** `POST /undo/ID`: takes back what an editor did within the last hour. */
export const undoRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { undo } },
) => {
  app.post(
    "/undo/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "undo",
        summary: "Take back a review, a deleted clip or mark, or a merge",
        description:
          "The id is in `undo-id` of the response to the act. Twice is once. `undo-outdated`: the same clip or " +
          "person was changed again since; take that back first. Forgetting a person can't be taken back.",
        tags: ["undo"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: reference(UndoneSchema, "What was taken back."),
          ...problemResponses("unauthorized", "undo-not-found", "undo-outdated", "undo-expired"),
        },
      },
    },
    async ({ params: { id } }) => undo.undo(id),
  );
};

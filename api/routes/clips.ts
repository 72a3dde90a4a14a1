import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import type { Clip } from "../../domain/model.ts";
import { clipQuery } from "../clip-query.ts";
import { clipView } from "../clip-view.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { ClipChangeSchema, ClipFilterSchema, ClipListSchema, ClipSchema } from "../schemas/clip.ts";
import { defaultLimit, IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { undoable, undoIdHeader, withUndoId } from "../schemas/undo.ts";
import { noClip, visibleClip } from "../visible-clip.ts";

/** `/clips`: the moments in which people appear. */
export const clipRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { clips, people } },
) => {
  app.get(
    "/clips",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "listClips",
        summary: "List clips, newest first",
        description:
          "All filters must hold; of several people, any. A page may hold fewer clips than `limit`, even " +
          "none, and still have a next one. Only editors see rejected clips; for others the filter " +
          "`review=rejected` matches nothing.",
        tags: ["clips"],
        querystring: ClipFilterSchema,
        response: { 200: reference(ClipListSchema, "A page of clips."), ...problemResponses("cursor-mismatch") },
      },
    },
    async (request) => {
      const { order, limit = defaultLimit, cursor } = request.query;
      const withRejected = (await caller.role(request)) === "editor";
      const page = await clips.list({ ...clipQuery(request.query), withRejected, order, limit, cursor });
      return { items: page.items.map(clipView), nextCursor: page.nextCursor ?? null };
    },
  );

  app.get(
    "/clips/:id",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getClip",
        summary: "Get a clip",
        description: "The clip that now contains this moment, if it was merged. Only editors get a rejected clip.",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(ClipSchema, "The clip."), ...problemResponses("clip-not-found", "clip-rejected") },
      },
    },
    async (request) => clipView(await visibleClip(request.params.id, request, { clips, caller })),
  );

  app.patch(
    "/clips/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "reviewClip",
        summary: "Confirm or reject a clip, or say whom it shows",
        description:
          "Only what is sent changes. With `subject` the clip becomes that person's; its id stays. Decisions hold " +
          `when the recordings are analysed again. ${undoable}`,
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        body: ClipChangeSchema,
        response: {
          200: withUndoId(reference(ClipSchema, "The clip.")),
          ...problemResponses(
            "unauthorized",
            "clip-not-found",
            "unknown-subject",
            "subject-is-event",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ params: { id }, body }, reply) => {
      const before = await clips.get(id);
      if (before === undefined) throw noClip(id);
      const subject = body.subject === undefined ? undefined : await subjectOf(before, body.subject);
      const { clip, act } = await clips.change(id, { ...body, subject });
      return reply.header(undoIdHeader, act).send(clipView(clip));
    },
  );

  app.delete(
    "/clips/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deleteClip",
        summary: "Delete a clip; the recording stays",
        description: `It stays away when the recordings are analysed again. ${undoable}`,
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: withUndoId(Type.Null({ description: "The clip is deleted." })),
          ...problemResponses("unauthorized", "clip-not-found"),
        },
      },
    },
    async ({ params: { id } }, reply) => {
      const act = await clips.delete(id);
      if (act === undefined) throw noClip(id);
      return reply.code(204).header(undoIdHeader, act).send(null);
    },
  );

  /** The id of whom the clip is to show. */
  async function subjectOf(clip: Clip, id: string): Promise<string> {
    if (clip.subject.kind === "event")
      throw new ApiProblem("subject-is-event", `The clip is about ${clip.subject.name}, which is no person.`);
    const person = await people.get(id);
    if (person === undefined)
      throw new ApiProblem("unknown-subject", `Person "${id}" is not on the watch list. Add them first.`);
    return person.id;
  }
};

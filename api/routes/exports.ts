import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import type { Static } from "typebox";
import { attachment } from "../../domain/attachment.ts";
import { exportKey, exportPiecesAtMost } from "../../domain/exports.ts";
import type { Clip } from "../../domain/model.ts";
import { clipQuery } from "../clip-query.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { tooManyMoments, type ExportProgress } from "../exports.ts";
import { basePath } from "../openapi.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { ExportFilterSchema, ExportQuery, ExportSchema } from "../schemas/export.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";

/** `POST /clips/ID/exports`, `POST /exports` and `GET /exports/ID`: clips as files. */
export const exportRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { clips }, exports },
) => {
  const accepted = {
    ...reference(ExportSchema, "The export, which `location` leads to: ask there until it is complete."),
    headers: { location: { type: "string", description: "Path of the export." } },
  };

  const accept = (reply: FastifyReply, made: ExportProgress) =>
    reply.code(202).header("location", `${basePath}/exports/${made.asked.id}`).send(exportView(made, true));

  app.post(
    "/clips/:id/exports",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "exportClip",
        summary: "Make an MP4 of exactly this moment",
        description: "The same moment and shape are one export: asking again answers it. One that failed starts over.",
        tags: ["clips"],
        params: IdParams,
        querystring: ExportQuery,
        response: { 202: accepted, ...problemResponses("unauthorized", "clip-not-found", "nothing-to-play") },
      },
    },
    async ({ params: { id }, query: { aspect } }, reply) => {
      const clip = await clips.get(id);
      if (clip === undefined) throw new ApiProblem("clip-not-found", `Clip "${id}" does not exist.`);
      return accept(reply, await exports.make([clip], aspect));
    },
  );

  app.post(
    "/exports",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "exportClips",
        summary: "Make one MP4 of all matching moments",
        description: `In time order; at most ${exportPiecesAtMost}.`,
        tags: ["clips"],
        querystring: ExportQuery,
        body: ExportFilterSchema,
        response: {
          202: accepted,
          ...problemResponses(
            "unauthorized",
            "nothing-to-play",
            "too-many-moments",
            "payload-too-large",
            "unsupported-media-type",
          ),
        },
      },
    },
    async ({ body, query: { aspect } }, reply) => {
      const found: Clip[] = [];
      let cursor: string | undefined;
      do {
        const page = await clips.list({ ...clipQuery(body), order: "asc", limit: 100, cursor });
        found.push(...page.items);
        if (found.length > exportPiecesAtMost) throw tooManyMoments();
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return accept(reply, await exports.make(found, aspect));
    },
  );

  app.get(
    "/exports/:id",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getExport",
        summary: "Get an export: how far it is, and where the file is",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(ExportSchema, "The export."), ...problemResponses("export-not-found") },
      },
    },
    async (request) => {
      const { id } = request.params;
      const found = await exports.get(id);
      if (found === undefined)
        throw new ApiProblem("export-not-found", `Export "${id}" does not exist, or has expired. Ask for it again.`);
      return exportView(found, (await caller.role(request)) === "editor");
    },
  );
};

function exportView({ asked, state, progress }: ExportProgress, isEditor: boolean): Static<typeof ExportSchema> {
  const { id, fileName, clips, durationMs, reason, expiresAtMs } = asked;
  // S3 answers with the header that the (signed) request asks for; MediaConvert cannot store one with the file.
  const name = `response-content-disposition=${encodeURIComponent(attachment(fileName))}`;
  return {
    id,
    state,
    progress,
    mp4: state === "complete" ? `/${exportKey(id)}?${name}` : null,
    fileName,
    clips,
    durationMs,
    expiresAt: new Date(expiresAtMs).toISOString(),
    error: state === "failed" ? "The file could not be made. Ask for it again." : null,
    ...(isEditor && reason !== undefined && { errorDetail: reason }),
  };
}

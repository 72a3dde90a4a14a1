import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import type { Static } from "typebox";
import { Type } from "typebox";
import type { FailureKind } from "../../domain/failure.ts";
import type { Recording } from "../../domain/model.ts";
import { framesOf } from "../../domain/vod-keys.ts";
import { pendingStates, type RecordingState } from "../../domain/recording-states.ts";
import { isStandby } from "../../domain/standby.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { defaultLimit, IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { RecordingFilterSchema, RecordingListSchema, RecordingSchema } from "../schemas/recording.ts";
import { reference } from "../schemas/reference.ts";

/** What everyone is told of a recording that failed or is idle, by code. */
const sentences = {
  "no-video": "It has no video that can be used.",
  conversion: "It could not be converted.",
  search: "It could not be searched for people.",
  processing: "It could not be processed.",
  "nobody-streamed": "Nobody streamed while it was recorded, so it was not converted.",
  spare: "The channel's first pipeline recorded the same, or nobody streamed, so it was not converted.",
} as const satisfies Record<FailureKind | "nobody-streamed" | "spare", string>;

function framesView(recording: Recording): Static<typeof RecordingSchema>["frames"] {
  const { durationMs, state } = recording;
  if (durationMs === undefined || state === "idle") return null;
  const { pattern, everyMs, count } = framesOf(recording, durationMs);
  return { path: `/${pattern}`, everyMs, count };
}

/** `/recordings`: archived pieces and their states. */
export const recordingRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { recordings, moments, marks }, queue, recordingMedia },
) => {
  const isEditor = async (request: FastifyRequest): Promise<boolean> => (await caller.role(request)) === "editor";

  /** What services said is for editors; everyone else gets a plain sentence. */
  const view = (recording: Recording, isEditor: boolean): Static<typeof RecordingSchema> => {
    const { failure } = recording;
    const idle = isStandby(recording.number) ? "spare" : "nobody-streamed";
    const errorCode = recording.state === "idle" ? idle : (failure?.kind ?? null);
    return {
      id: recording.id,
      channel: recording.channel,
      broadcast: recording.broadcast,
      state: recording.state,
      start: recording.start ?? null,
      durationMs: recording.durationMs ?? null,
      frames: framesView(recording),
      error: errorCode === null ? null : sentences[errorCode],
      errorCode,
      ...(failure !== undefined && isEditor && { errorDetail: failure.reason }),
    };
  };

  app.get(
    "/recordings",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "listRecordings",
        summary: "List recordings and their states, newest first",
        tags: ["recordings"],
        querystring: RecordingFilterSchema,
        response: {
          200: reference(RecordingListSchema, "A page of recordings."),
          ...problemResponses("cursor-mismatch"),
        },
      },
    },
    async (request) => {
      const { query } = request;
      const page = await recordings.list({ ...query, limit: query.limit ?? defaultLimit });
      const withReasons = await isEditor(request);
      return { items: page.items.map((item) => view(item, withReasons)), nextCursor: page.nextCursor ?? null };
    },
  );

  app.get(
    "/recordings/:id",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getRecording",
        summary: "Get a recording",
        tags: ["recordings"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(RecordingSchema, "The recording."), ...problemResponses("recording-not-found") },
      },
    },
    async (request) => view(found(await recordings.get(request.params.id), request.params.id), await isEditor(request)),
  );

  app.post(
    "/recordings/:id/retry",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "retryRecording",
        summary: "Convert a failed recording again, or an idle one",
        tags: ["recordings"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          202: reference(RecordingSchema, "The recording, waiting to be converted."),
          ...problemResponses("unauthorized", "recording-not-found", "not-failed"),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { state } = found(await recordings.get(id), id);
      const recording = await recordings.retry(id);
      if (recording === undefined)
        throw new ApiProblem(
          "not-failed",
          state === "failed" || state === "idle"
            ? "Somebody else has retried the recording, or is deleting it."
            : `The recording is ${state}. Only failed and idle recordings can be retried.`,
        );
      try {
        await queue.add(recording);
      } catch (error) {
        // Otherwise it would wait forever for a message that was never sent.
        await recordings.failed(id, { kind: "processing", reason: "It could not be queued for conversion" });
        throw error;
      }
      request.log.info({ attempt: recording.attempt }, "recording-retried");
      return reply.code(202).send(view(recording, true));
    },
  );

  app.delete(
    "/recordings/:id",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "deleteRecording",
        summary: "Delete a recording, with its media and the moments found in it",
        description:
          "Clips that go on in other recordings become shorter, all others go. It can't be taken back. If the call " +
          "fails halfway, call it again. Exported files stay.",
        tags: ["recordings"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          204: Type.Null({ description: "The recording is deleted." }),
          ...problemResponses("unauthorized", "recording-not-found", "recording-busy"),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const recording = found(await recordings.get(id), id);
      if (isPending(recording.state)) throw busy(recording.state);
      // Somebody may have retried it meanwhile.
      if (!(await recordings.beginDeletion(recording))) throw busy((await recordings.get(id))?.state);
      // What viewers see goes first, and the row last: while anything is left, it still leads here.
      await moments.forget(recording);
      await marks.forgotten(recording);
      await recordingMedia.delete(recording);
      await recordings.delete(recording);
      request.log.info({ state: recording.state }, "recording-deleted");
      return reply.code(204).send(null);
    },
  );
};

function isPending(state: RecordingState): boolean {
  return pendingStates.some((pending) => pending === state);
}

function busy(state: RecordingState | undefined): ApiProblem {
  return new ApiProblem(
    "recording-busy",
    `The recording is ${state ?? "changing"}. Wait until it is indexed, idle or failed, then delete it.`,
    { headers: { "retry-after": "30" } },
  );
}

function found(recording: Recording | undefined, id: string): Recording {
  if (recording === undefined) throw new ApiProblem("recording-not-found", `Recording "${id}" does not exist.`);
  return recording;
}

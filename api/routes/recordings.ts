import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Static } from "typebox";
import type { Recording } from "../../domain/model.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { defaultLimit, IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { RecordingFilterSchema, RecordingListSchema, RecordingSchema } from "../schemas/recording.ts";
import { reference } from "../schemas/reference.ts";

/** `/recordings`: archived pieces and their states. */
export const recordingRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { recordings }, queue },
) => {
  app.get(
    "/recordings",
    {
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
    async ({ query }) => {
      const page = await recordings.list({ ...query, limit: query.limit ?? defaultLimit });
      return { items: page.items.map(recordingView), nextCursor: page.nextCursor ?? null };
    },
  );

  app.get(
    "/recordings/:id",
    {
      schema: {
        operationId: "getRecording",
        summary: "Get a recording",
        tags: ["recordings"],
        params: IdParams,
        querystring: NoQuery,
        response: { 200: reference(RecordingSchema, "The recording."), ...problemResponses("recording-not-found") },
      },
    },
    async ({ params: { id } }) => recordingView(found(await recordings.get(id), id)),
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
    async ({ params: { id }, log }, reply) => {
      const { state } = found(await recordings.get(id), id);
      const recording = await recordings.retry(id);
      if (recording === undefined)
        throw new ApiProblem(
          "not-failed",
          `The recording is ${state}. Only failed and idle recordings can be retried.`,
        );
      try {
        await queue.add(recording);
      } catch (error) {
        // Otherwise it would wait forever for a message that was never sent.
        await recordings.failed(id, "It could not be queued for conversion");
        throw error;
      }
      log.info({ attempt: recording.attempt }, "recording-retried");
      return reply.code(202).send(recordingView(recording));
    },
  );
};

function found(recording: Recording | undefined, id: string): Recording {
  if (recording === undefined) throw new ApiProblem("recording-not-found", `Recording "${id}" does not exist.`);
  return recording;
}

function recordingView(recording: Recording): Static<typeof RecordingSchema> {
  return {
    id: recording.id,
    channel: recording.channel,
    broadcast: recording.broadcast,
    state: recording.state,
    start: recording.start ?? null,
    durationMs: recording.durationMs ?? null,
    error: recording.error ?? null,
  };
}

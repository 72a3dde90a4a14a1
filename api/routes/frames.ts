import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Static } from "typebox";
import { clipFrame } from "../../domain/clip-frame.ts";
import type { Recording } from "../../domain/model.ts";
import { nothingToPlay, playable } from "../clip-parts.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { faceToken } from "../face-token.ts";
import { ApiProblem } from "../problems.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { ClipTimeSchema, FrameSchema, FrameTimeSchema } from "../schemas/frame.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { visibleClip } from "../visible-clip.ts";

/** The faces of captured frames: to follow someone whom one sees. For editors, since looking at a picture costs. */
export const frameRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, config, catalogue: { channels, clips, recordings }, frameFaces },
) => {
  async function view(recording: Recording, atMs: number): Promise<Static<typeof FrameSchema>> {
    const { durationMs, start } = recording;
    if (durationMs === undefined || recording.state === "idle")
      throw new ApiProblem("not-converted", `Recording "${recording.id}" is not converted, so it has no frames yet.`);
    const frame = await frameFaces.at({ ...recording, durationMs }, atMs);
    if (frame === undefined)
      throw new ApiProblem("not-found", `The frames of recording "${recording.id}" have expired.`);
    return {
      recording: recording.id,
      atMs: frame.atMs,
      at: start === undefined ? null : new Date(Date.parse(start) + frame.atMs).toISOString(),
      picture: `/${frame.key}`,
      faces: frame.faces.map(({ box, person }) => ({
        box,
        person: person ?? null,
        token: faceToken({ recording: recording.id, atMs: frame.atMs, box }),
      })),
    };
  }

  app.get(
    "/recordings/:id/faces",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "listFrameFaces",
        summary: "Find the faces in a frame of a recording",
        tags: ["recordings"],
        params: IdParams,
        querystring: FrameTimeSchema,
        response: {
          200: reference(FrameSchema, "The captured frame and its faces."),
          ...problemResponses("unauthorized", "recording-not-found", "not-found", "not-converted"),
        },
      },
    },
    async ({ params: { id }, query: { atMs } }) => {
      const recording = await recordings.get(id);
      if (recording === undefined) throw new ApiProblem("recording-not-found", `Recording "${id}" does not exist.`);
      return view(recording, atMs);
    },
  );

  app.get(
    "/clips/:id/faces",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "listClipFaces",
        summary: "Find the faces in a frame of a clip",
        tags: ["clips"],
        params: IdParams,
        querystring: ClipTimeSchema,
        response: {
          200: reference(FrameSchema, "The captured frame and its faces."),
          ...problemResponses("unauthorized", "clip-not-found", "not-found", "nothing-to-play"),
        },
      },
    },
    async (request) => {
      const clip = await visibleClip(request.params.id, request, { clips, caller });
      // What no longer exists isn't played either.
      const known = await playable([clip], recordings);
      const frame = clipFrame(
        clip.pieces.filter(({ recording }) => known.has(recording)),
        request.query.atMs,
      );
      const recording = frame && known.get(frame.recording);
      if (frame === undefined || recording === undefined) throw nothingToPlay();
      return view(recording, frame.atMs);
    },
  );

  app.get(
    "/channels/:id/faces",
    {
      ...caller.requires("editor"),
      schema: {
        operationId: "listLatestFaces",
        summary: "Find the faces in the latest frame of a channel's broadcast",
        description: "The last captured frame of the newest converted recording: one or two recordings behind live.",
        tags: ["channels"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: reference(FrameSchema, "The captured frame and its faces."),
          ...problemResponses("unauthorized", "channel-not-found", "not-found", "not-converted"),
        },
      },
    },
    async ({ params: { id } }) => {
      if (!config.channels.some((channel) => channel.id === id))
        throw new ApiProblem("channel-not-found", `Channel "${id}" does not exist.`);
      const { broadcast } = await channels.get(id);
      const { items } =
        broadcast === undefined
          ? { items: [] }
          : await recordings.list({ channel: id, broadcast, limit: recentAtMost });
      const latest = items.find(({ state, start }) => state !== "idle" && start !== undefined);
      if (latest === undefined)
        throw new ApiProblem("not-converted", `Channel "${id}" has no converted recording of its broadcast yet.`);
      return view(latest, latest.durationMs ?? 0);
    },
  );
};

/** Among so many of the newest recordings, one is converted if conversions work. */
const recentAtMost = 20;

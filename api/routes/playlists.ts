import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { clipPlaylist } from "../../domain/clip-playlist.ts";
import { multivariantPlaylist } from "../../hls/multivariant-playlist.ts";
import { clipParts } from "../clip-parts.ts";
import { clipVariants } from "../clip-variants.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { RenditionQuery } from "../schemas/clip.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { playlistResponse, sendPlaylist } from "../send-playlist.ts";
import { problemResponses } from "../schemas/problem.ts";
import { visibleClip } from "../visible-clip.ts";

/** `GET /clips/ID/playlist.m3u8` and `/clips/ID/master.m3u8`: clips as HLS, cut from the recordings' own segments. */
export const playlistRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { clips, recordings }, vodPlaylists },
) => {
  app.get(
    "/clips/:id/playlist.m3u8",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getClipPlaylist",
        summary: "Get a clip as an HLS media playlist",
        description:
          "The whole segments that cover the moment, with EXT-X-START at its beginning; stop after " +
          "`durationMs`. In source quality, or in one lower rendition.",
        tags: ["clips"],
        params: IdParams,
        querystring: RenditionQuery,
        response: {
          200: playlistResponse("A media playlist."),
          ...problemResponses("clip-not-found", "clip-rejected", "nothing-to-play", "rendition-not-found"),
        },
      },
    },
    async (request, reply) => {
      const clip = await visibleClip(request.params.id, request, { clips, caller });
      const parts = await clipParts([clip], request.query.rendition, { recordings, vodPlaylists });
      return sendPlaylist(reply, clipPlaylist(parts));
    },
  );

  app.get(
    "/clips/:id/master.m3u8",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getClipMasterPlaylist",
        summary: "Get a clip as an HLS multivariant playlist",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: playlistResponse("A multivariant playlist of the clip's renditions."),
          ...problemResponses("clip-not-found", "clip-rejected", "nothing-to-play"),
        },
      },
    },
    async (request, reply) => {
      const clip = await visibleClip(request.params.id, request, { clips, caller });
      return sendPlaylist(reply, multivariantPlaylist(await clipVariants(clip, { recordings, vodPlaylists }), 3));
    },
  );
};

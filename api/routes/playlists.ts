import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { Clip } from "../../domain/model.ts";
import { clipPlaylist } from "../../domain/clip-playlist.ts";
import { multivariantPlaylist } from "../../hls/multivariant-playlist.ts";
import { clipParts } from "../clip-parts.ts";
import { clipVariants } from "../clip-variants.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ApiProblem } from "../problems.ts";
import { RenditionQuery } from "../schemas/clip.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { playlistResponse, sendPlaylist } from "../send-playlist.ts";
import { problemResponses } from "../schemas/problem.ts";

/** `GET /clips/ID/playlist.m3u8` and `/clips/ID/master.m3u8`: clips as HLS, cut from the recordings' own segments. */
export const playlistRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { catalogue: { clips, recordings }, vodPlaylists },
) => {
  async function find(id: string): Promise<Clip> {
    const clip = await clips.get(id);
    if (clip === undefined) throw new ApiProblem("clip-not-found", `Clip "${id}" does not exist.`);
    return clip;
  }

  app.get(
    "/clips/:id/playlist.m3u8",
    {
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
          ...problemResponses("clip-not-found", "nothing-to-play", "rendition-not-found"),
        },
      },
    },
    async ({ params: { id }, query: { rendition } }, reply) =>
      sendPlaylist(reply, clipPlaylist(await clipParts([await find(id)], rendition, { recordings, vodPlaylists }))),
  );

  app.get(
    "/clips/:id/master.m3u8",
    {
      schema: {
        operationId: "getClipMasterPlaylist",
        summary: "Get a clip as an HLS multivariant playlist",
        tags: ["clips"],
        params: IdParams,
        querystring: NoQuery,
        response: {
          200: playlistResponse("A multivariant playlist of the clip's renditions."),
          ...problemResponses("clip-not-found", "nothing-to-play"),
        },
      },
    },
    async ({ params: { id } }, reply) =>
      sendPlaylist(reply, multivariantPlaylist(await clipVariants(await find(id), { recordings, vodPlaylists }), 3)),
  );
};

import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { Clip } from "../../domain/model.ts";
import { clipPlaylist } from "../../domain/clip-playlist.ts";
import { multivariantPlaylist } from "../../hls/multivariant-playlist.ts";
import { clipParts } from "../clip-parts.ts";
import { clipQuery } from "../clip-query.ts";
import { clipVariants } from "../clip-variants.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { ReelFilterSchema, reelClipsAtMost, RenditionQuery } from "../schemas/clip.ts";
import { IdParams, NoQuery } from "../schemas/common.ts";
import { problemResponses } from "../schemas/problem.ts";
import { visibleClip } from "../visible-clip.ts";

const playlistMediaType = "application/vnd.apple.mpegurl";

/**
 * `GET /clips/ID/playlist.m3u8`, `/clips/ID/master.m3u8` and `/reel.m3u8`: clips as HLS, cut from the recordings' own
 * segments.
 */
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

  app.get(
    "/reel.m3u8",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getReel",
        summary: "Get all matching clips as one HLS playlist",
        description:
          `Oldest first, with EXT-X-DISCONTINUITY between them; at most ${reelClipsAtMost} clips. Rejected clips are ` +
          "left out, unless an editor asks for them with `review=rejected`.",
        tags: ["clips"],
        querystring: ReelFilterSchema,
        response: {
          200: playlistResponse("A media playlist."),
          ...problemResponses("nothing-to-play", "rendition-not-found"),
        },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const withRejected = caller.role(request) === "editor" && query.review === "rejected";
      const limit = query.limit ?? reelClipsAtMost;
      const found: Clip[] = [];
      let cursor: string | undefined;
      do {
        const page = await clips.list({ ...clipQuery(query), withRejected, order: "asc", limit, cursor });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined && found.length < limit);
      return sendPlaylist(
        reply,
        clipPlaylist(await clipParts(found.slice(0, limit), query.rendition, { recordings, vodPlaylists })),
      );
    },
  );
};

/** Short, because a clip may grow during its broadcast. What an editor gets, others may not get: it is not kept. */
function sendPlaylist(reply: FastifyReply, playlist: string): FastifyReply {
  const isPublic = reply.request.headers.authorization === undefined;
  return reply
    .header("cache-control", isPublic ? "public, max-age=10" : "no-store")
    .type(playlistMediaType)
    .send(playlist);
}

function playlistResponse(description: string) {
  return { description, content: { [playlistMediaType]: { schema: Type.String() } } };
}

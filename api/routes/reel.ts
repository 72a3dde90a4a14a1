import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import type { Static } from "typebox";
import type { Clip } from "../../domain/model.ts";
import { reelMoments, reelPlaylist, type ReelPart } from "../../domain/reel.ts";
import { clipParts } from "../clip-parts.ts";
import { clipQuery } from "../clip-query.ts";
import type { RouteDependencies } from "../dependencies.ts";
import { basePath } from "../openapi.ts";
import { ApiProblem } from "../problems.ts";
import { reelClipsAtMost, ReelFilterSchema } from "../schemas/clip.ts";
import { problemResponses } from "../schemas/problem.ts";
import { reference } from "../schemas/reference.ts";
import { ReelSchema } from "../schemas/reel.ts";
import { playlistResponse, sendPlaylist } from "../send-playlist.ts";

const clipsOnPage = 100;

/** `GET /reel` and `/reel.m3u8`: all moments of a filter, one after the other. */
export const reelRoutes: FastifyPluginAsyncTypebox<RouteDependencies> = async (
  app,
  { caller, catalogue: { clips, recordings }, vodPlaylists },
) => {
  /** The first clips in time; without a limit of the caller's, all or none. */
  async function find(query: Static<typeof ReelFilterSchema>, request: FastifyRequest): Promise<Clip[]> {
    const withRejected = query.review === "rejected" && (await caller.role(request)) === "editor";
    const limit = query.limit ?? reelClipsAtMost;
    const found: Clip[] = [];
    let cursor: string | undefined;
    do {
      const page = await clips.list({ ...clipQuery(query), withRejected, order: "asc", limit: clipsOnPage, cursor });
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && found.length <= limit);
    if (query.limit === undefined && found.length > limit)
      throw new ApiProblem(
        "reel-too-long",
        `More than ${reelClipsAtMost} clips match. Narrow the reel with person, broadcast, from, to or ` +
          "minSimilarity, or ask for the first ones with limit.",
      );
    return found.slice(0, limit);
  }

  const partsOf = async (query: Static<typeof ReelFilterSchema>, request: FastifyRequest): Promise<ReelPart[]> =>
    clipParts(await find(query, request), query.rendition, { recordings, vodPlaylists });

  app.get(
    "/reel",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getReel",
        summary: "List the moments of a reel, and where its playlist has them",
        tags: ["clips"],
        querystring: ReelFilterSchema,
        response: {
          200: reference(ReelSchema, "The reel."),
          ...problemResponses("nothing-to-play", "rendition-not-found", "reel-too-long"),
        },
      },
    },
    async (request): Promise<Static<typeof ReelSchema>> => {
      const { moments, durationMs } = reelMoments(await partsOf(request.query, request));
      const search = request.url.split("?")[1];
      return {
        playlist: `${basePath}/reel.m3u8${search === undefined ? "" : `?${search}`}`,
        durationMs,
        momentsMs: moments.reduce((sum, { inMs, outMs }) => sum + outMs - inMs, 0),
        moments: moments.map(({ clip, inMs, outMs }) => ({
          clip: clip.id,
          subject: clip.subject,
          start: clip.start,
          durationMs: clip.durationMs,
          poster: clip.poster,
          inMs,
          outMs,
        })),
      };
    },
  );

  app.get(
    "/reel.m3u8",
    {
      ...caller.requires("anonymous"),
      schema: {
        operationId: "getReelPlaylist",
        summary: "Get all matching clips as one HLS playlist",
        description:
          `Oldest first, with EXT-X-DISCONTINUITY between them; at most ${reelClipsAtMost} clips. Whole segments, ` +
          "with an EXT-X-DATERANGE for each moment: X-IN and X-OUT are its exact in and out point, in seconds of the " +
          "playlist. Rejected clips are left out, unless an editor asks for them with `review=rejected`.",
        tags: ["clips"],
        querystring: ReelFilterSchema,
        response: {
          200: playlistResponse("A media playlist."),
          ...problemResponses("nothing-to-play", "rendition-not-found", "reel-too-long"),
        },
      },
    },
    async (request, reply) => sendPlaylist(reply, reelPlaylist(await partsOf(request.query, request))),
  );
};

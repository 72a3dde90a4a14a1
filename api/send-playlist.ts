import type { FastifyReply } from "fastify";
import { Type } from "typebox";

const playlistMediaType = "application/vnd.apple.mpegurl";

/**
 * Responds with an HLS playlist: cached for a short time only, because a clip may grow during its broadcast. What an
 * editor gets, others may not get: it is not kept.
 */
export function sendPlaylist(reply: FastifyReply, playlist: string): FastifyReply {
  const isPublic = reply.request.headers.authorization === undefined;
  return reply
    .header("cache-control", isPublic ? "public, max-age=10" : "no-store")
    .type(playlistMediaType)
    .send(playlist);
}

/** A playlist as a route's response. */
export function playlistResponse(description: string) {
  return { description, content: { [playlistMediaType]: { schema: Type.String() } } };
}

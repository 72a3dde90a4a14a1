import type { FastifyReply } from "fastify";
import { Type } from "typebox";

const playlistMediaType = "application/vnd.apple.mpegurl";

/** Responds with an HLS playlist: cached for a short time only, because a clip may grow during its broadcast. */
export function sendPlaylist(reply: FastifyReply, playlist: string): FastifyReply {
  return reply.header("cache-control", "public, max-age=10").type(playlistMediaType).send(playlist);
}

/** A playlist as a route's response. */
export function playlistResponse(description: string) {
  return { description, content: { [playlistMediaType]: { schema: Type.String() } } };
}

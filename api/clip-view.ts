import type { Static } from "typebox";
import { clipMp4 } from "../domain/clip-media.ts";
import type { Clip } from "../domain/model.ts";
import type { ClipSchema } from "./schemas/clip.ts";

/** A clip as the API returns it. */
export function clipView(clip: Clip): Static<typeof ClipSchema> {
  return {
    id: clip.id,
    subject: clip.subject,
    channel: clip.channel,
    broadcast: clip.broadcast,
    start: clip.start,
    end: clip.end,
    durationMs: clip.durationMs,
    similarity: clip.similarity,
    review: clip.review,
    poster: clip.poster,
    playlist: `/api/clips/${clip.id}/playlist.m3u8`,
    mp4: clipMp4(clip),
    appearances: clip.appearances.map(({ recording, startMs, endMs, similarity, box }) => ({
      recording,
      startMs,
      endMs,
      similarity,
      box,
    })),
  };
}

import { parseRecordingId } from "./ids.ts";
import type { Clip } from "./model.ts";
import { mp4Key } from "./vod-keys.ts";

/**
 * Same-origin address of the clip as MP4: the recording with most of it, and where in it, as a media fragment
 * (https://www.w3.org/TR/media-frags/#naming-time). Empty when the clip names no recording.
 */
export function clipMp4(clip: Pick<Clip, "pieces">): string {
  const [piece] = [...clip.pieces].sort((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs));
  const recording = piece === undefined ? undefined : parseRecordingId(piece.recording);
  if (piece === undefined || recording === undefined) return "";
  return `/${mp4Key(recording)}#t=${(piece.startMs / 1000).toFixed(3)},${(piece.endMs / 1000).toFixed(3)}`;
}

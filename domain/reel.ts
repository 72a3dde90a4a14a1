import { clipPlaylist, coveringSegments, type PlaylistPart } from "./clip-playlist.ts";
import type { Clip } from "./model.ts";

/** A range of one recording, and the clip of a reel that it belongs to. */
export interface ReelPart extends PlaylistPart {
  clip: Pick<Clip, "id" | "subject" | "start" | "durationMs" | "poster">;
}

/** A moment's place in a reel. */
export interface ReelMoment {
  clip: ReelPart["clip"];
  /** Where its exact in and out point are in the reel's playlist, in milliseconds from its start. */
  inMs: number;
  outMs: number;
}

/**
 * Where each moment is in the playlist that {@link reelPlaylist} makes of the same parts. Between two moments the
 * playlist goes on to the end of a segment: a player that wants only the moments seeks from each out point to the
 * next in point.
 */
export function reelMoments(parts: readonly ReelPart[]): { moments: ReelMoment[]; durationMs: number } {
  const moments: ReelMoment[] = [];
  let atMs = 0;
  for (const part of parts) {
    const { segments, leadSeconds } = coveringSegments(part);
    if (segments.length === 0) continue;
    const lengthMs = segments.reduce((sum, { durationSeconds }) => sum + durationSeconds * 1000, 0);
    const inMs = atMs + leadSeconds * 1000;
    const outMs = Math.min(inMs + part.endMs - part.startMs, atMs + lengthMs);
    const last = moments.at(-1);
    if (last?.clip.id === part.clip.id) last.outMs = outMs;
    else moments.push({ clip: part.clip, inMs, outMs });
    atMs += lengthMs;
  }
  const whole = ({ clip, inMs, outMs }: ReelMoment): ReelMoment => ({
    clip,
    inMs: Math.round(inMs),
    outMs: Math.round(outMs),
  });
  return { moments: moments.map(whole), durationMs: Math.round(atMs) };
}

/**
 * An HLS playlist of several moments in sequence. Each has a date range (RFC 8216bis section 4.4.5.1) from its in to
 * its out point, with whom it is about, and where both are in the playlist.
 */
export function reelPlaylist(parts: readonly ReelPart[]): string {
  const moments = new Map(reelMoments(parts).moments.map((moment) => [moment.clip.id, moment]));
  return clipPlaylist(parts, ({ clip }) => {
    const moment = moments.get(clip.id);
    // One range for a moment, also for one of several recordings.
    moments.delete(clip.id);
    return moment === undefined ? [] : [dateRange(moment)];
  });
}

function dateRange({ clip: { id, subject, start, durationMs }, inMs, outMs }: ReelMoment): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  return (
    `#EXT-X-DATERANGE:ID="${id}",CLASS="moment",START-DATE="${start}",DURATION=${seconds(durationMs)},` +
    `X-SUBJECT="${quotable(subject.name)}",X-IN=${seconds(inMs)},X-OUT=${seconds(outMs)}`
  );
}

/** A quoted string of a playlist has no double quotes and no line ends. */
function quotable(text: string): string {
  return text.replaceAll('"', "'").replace(/[\r\n]+/g, " ");
}

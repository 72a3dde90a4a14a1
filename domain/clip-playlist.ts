import type { MediaPlaylist, Segment } from "../hls/media-playlist.ts";
import type { Recording, Rendition } from "./model.ts";

/** A range of one recording to play. */
export interface PlaylistPart {
  /** The recording's media playlist in the wanted rendition. */
  playlist: MediaPlaylist;
  /** Where the playlist is: its segments' addresses are relative to this path, which ends with `/`. */
  base: string;
  /** Wall-clock time of the recording's start, milliseconds since the epoch; undefined until it is known. */
  recordedAtMs: number | undefined;
  /** From the recording's start. */
  startMs: number;
  /** From the recording's start. */
  endMs: number;
}

/**
 * An HLS playlist of one moment, without re-encoding: the whole segments that cover it, and an `EXT-X-START` at its
 * very beginning (RFC 8216 section 4.3.5.2); the player stops after the clip's duration. Parts of different recordings
 * are joined with discontinuities, and each says when it was recorded. `tagsOf` gives a part further tags, before its
 * first segment.
 */
export function clipPlaylist<Part extends PlaylistPart>(
  parts: readonly Part[],
  tagsOf: (part: Part) => readonly string[] = () => [],
): string {
  const covered = parts
    .map((part) => ({ part, ...coveringSegments(part) }))
    .filter(({ segments }) => segments.length > 0);
  const segments = covered.flatMap((one) => one.segments);
  const offsetSeconds = covered[0]?.leadSeconds ?? 0;
  const target = Math.max(1, ...segments.map(({ durationSeconds }) => Math.round(durationSeconds)));
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    `#EXT-X-TARGETDURATION:${target}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    `#EXT-X-START:TIME-OFFSET=${offsetSeconds.toFixed(3)},PRECISE=YES`,
    ...covered.flatMap(({ part, startsAtMs, segments: own }, index) => [
      ...(index === 0 ? [] : ["#EXT-X-DISCONTINUITY"]),
      ...(startsAtMs === undefined
        ? []
        : [`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(startsAtMs)).toISOString()}`]),
      ...tagsOf(part),
      ...own.flatMap((segment) => [`#EXTINF:${segment.durationSeconds.toFixed(6)},`, segment.uri]),
    ]),
    "#EXT-X-ENDLIST",
    "",
  ].join("\n");
}

/** The renditions that all these recordings have, highest first: a clip across them is offered in no other. */
export function commonRenditions(recordings: readonly Pick<Recording, "renditions">[]): Rendition[] {
  const [first, ...others] = recordings;
  return (first?.renditions ?? []).flatMap((rendition) => {
    const same = others.map((other) => other.renditions.find(({ name }) => name === rendition.name));
    const all = [rendition, ...same.filter((found) => found !== undefined)];
    return all.length === recordings.length
      ? [{ ...rendition, bitrate: Math.max(...all.map(({ bitrate }) => bitrate)) }]
      : [];
  });
}

/**
 * The segments that overlap the part's range, with absolute addresses, how far the range begins after the first one's
 * start, and the wall-clock time of that.
 */
export function coveringSegments(part: PlaylistPart): {
  segments: Segment[];
  leadSeconds: number;
  startsAtMs: number | undefined;
} {
  const fromSeconds = part.startMs / 1000;
  const toSeconds = part.endMs / 1000;
  const segments: Segment[] = [];
  let leadSeconds = 0;
  let offsetSeconds = 0;
  let at = 0;
  for (const segment of part.playlist.segments) {
    const end = at + segment.durationSeconds;
    // A thousandth less: durations of segments are rounded, and a sliver of a segment is not worth its download.
    if (end > fromSeconds + 0.001 && at < toSeconds - 0.001) {
      if (segments.length === 0) [offsetSeconds, leadSeconds] = [at, Math.max(0, fromSeconds - at)];
      segments.push({ ...segment, uri: `${part.base}${segment.uri}` });
    }
    at = end;
  }
  const { recordedAtMs } = part;
  return {
    segments,
    leadSeconds,
    startsAtMs: recordedAtMs === undefined ? undefined : recordedAtMs + offsetSeconds * 1000,
  };
}

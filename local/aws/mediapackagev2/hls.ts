import type { IndexedSegment } from "./segment-index.ts";

/** One part of a segment that low-latency players load before the segment is complete. */
export interface PlaylistPart {
  /** Seconds. */
  duration: number;
  independent: boolean;
}

/** A segment as a media playlist lists it. */
export interface PlaylistSegment extends IndexedSegment {
  /** Finished: it can be loaded as a whole. */
  complete: boolean;
  /** Empty if only whole segments are listed. */
  parts: readonly PlaylistPart[];
}

/** Builds URLs relative to the playlist. */
export interface PlaylistNames {
  init(segment: { token: string }): string;
  segment(segment: IndexedSegment): string;
  part(segment: { token: string; sequence: number }, part: number): string;
}

/** The live edge of low-latency playback. */
export interface LowLatency {
  /** No part is longer, in seconds. Longer ones are not listed, only the segment that they make. */
  partTarget: number;
  /** The next part: requests for it wait until it exists. */
  next: { token: string; sequence: number; part: number };
  /** The other renditions' playlists and their latest parts. */
  others: readonly { uri: string; sequence: number; part: number }[];
}

export interface MediaPlaylist {
  names: PlaylistNames;
  /** In order, with consecutive sequence numbers. */
  segments: readonly PlaylistSegment[];
  /** No segment is longer, rounded to whole seconds. */
  targetDuration: number;
  lowLatency?: LowLatency;
  /** No more segments follow. */
  ended: boolean;
}

/** Parts are listed for the newest segments only (RFC 8216bis, 6.2.2: the last three target durations). */
const segmentsWithParts = 3;

/** A media playlist (RFC 8216; low-latency tags: draft-pantos-hls-rfc8216bis, section 4.4). */
export function mediaPlaylist({ names, segments, targetDuration, lowLatency, ended }: MediaPlaylist): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:9", `#EXT-X-TARGETDURATION:${targetDuration}`];
  if (lowLatency !== undefined) {
    const { partTarget } = lowLatency;
    lines.push(
      `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${(partTarget * 3).toFixed(3)}`,
      `#EXT-X-PART-INF:PART-TARGET=${partTarget.toFixed(3)}`,
    );
  }
  lines.push(
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.sequence ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${segments[0]?.period ?? 0}`,
  );
  let period: number | undefined;
  for (const [i, segment] of segments.entries()) {
    const parts = i >= segments.length - segmentsWithParts ? listedParts(segment.parts, lowLatency) : [];
    if (!segment.complete && parts.length === 0) continue;
    if (segment.period !== period) {
      if (period !== undefined) lines.push("#EXT-X-DISCONTINUITY");
      lines.push(`#EXT-X-MAP:URI="${names.init(segment)}"`);
      period = segment.period;
    }
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.startMs).toISOString()}`);
    for (const [part, { duration, independent }] of parts.entries()) {
      lines.push(
        `#EXT-X-PART:DURATION=${duration.toFixed(5)},URI="${names.part(segment, part)}"` +
          (independent ? ",INDEPENDENT=YES" : ""),
      );
    }
    if (segment.complete) {
      if (!segment.present) lines.push("#EXT-X-GAP");
      lines.push(`#EXTINF:${segment.duration.toFixed(5)},`, names.segment(segment));
    }
  }
  if (ended) lines.push("#EXT-X-ENDLIST");
  else if (lowLatency !== undefined) {
    const newest = segments.at(-1)?.parts ?? [];
    if (listedParts(newest, lowLatency).length === newest.length)
      lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${names.part(lowLatency.next, lowLatency.next.part)}"`);
    for (const { uri, sequence, part } of lowLatency.others)
      lines.push(`#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${sequence},LAST-PART=${part}`);
  }
  return `${lines.join("\n")}\n`;
}

function listedParts(parts: readonly PlaylistPart[], lowLatency: LowLatency | undefined): readonly PlaylistPart[] {
  if (lowLatency === undefined) return [];
  const tooLong = parts.findIndex(({ duration }) => duration > lowLatency.partTarget);
  return tooLong < 0 ? parts : parts.slice(0, tooLong);
}

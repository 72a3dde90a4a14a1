import { averageSegmentBitrate, peakSegmentBitrate } from "../../../hls/segment-bitrate.ts";
import type { PlaylistPart } from "./hls.ts";
import type { IndexedSegment, PeriodRendition } from "./segment-index.ts";

/** Fragmented MP4 adds up to a tenth to small pictures. */
const containerOverhead = 1.1;

/** A segment of the live window: growing, or complete. */
export interface LiveSegment extends IndexedSegment {
  complete: boolean;
  /** Whether its bytes are on disk, too. */
  stored?: boolean;
  /** 0 for a segment that an earlier run of the engine packaged. */
  bytes: number;
  parts: (PlaylistPart & { bytes: Buffer })[];
}

/**
 * Bits per second of a rendition's most demanding segment and of all of them, picture and sound together, and at least
 * what is configured. They only grow: players read them once.
 */
export interface Bandwidth {
  peak: number;
  average: number;
}

/** One rendition, as the latest encoding job of which it has a part describes it. */
export interface LiveTrack {
  details: PeriodRendition;
  /** The period of the initialization segment. */
  token: string;
  init: Buffer;
  bandwidth: Bandwidth;
  /** Oldest first. */
  segments: LiveSegment[];
}

/** What a new job's rendition announces before anything is measured, and never less than before. */
export function configuredBandwidth({ bitrate }: PeriodRendition, announced: Bandwidth | undefined): Bandwidth {
  return {
    peak: Math.max(bitrate * containerOverhead, announced?.peak ?? 0),
    average: Math.max(bitrate, announced?.average ?? 0),
  };
}

/** The bandwidth with the track's complete segments. */
export function measuredBandwidth({ segments, bandwidth }: LiveTrack, targetDuration: number): Bandwidth {
  const measured = segments
    .filter(({ complete, bytes }) => complete && bytes > 0)
    .map(({ bytes, duration }) => ({ bytes, seconds: duration }));
  const seconds = measured.reduce((sum, segment) => sum + segment.seconds, 0);
  const { peak, average } = bandwidth;
  return {
    peak: Math.max(peak, peakSegmentBitrate(measured, targetDuration)),
    // A job's first segment is large, and so no average.
    average: seconds < 3 * targetDuration ? average : Math.max(average, averageSegmentBitrate(measured)),
  };
}

/** The segments that a playlist shows, oldest first, with consecutive sequence numbers. */
export function shownSegments(
  segments: readonly LiveSegment[],
  { windowSeconds, targetDuration }: { windowSeconds: number; targetDuration: number },
): LiveSegment[] {
  const horizon = (segments.at(-1)?.startMs ?? 0) - windowSeconds * 1000;
  // Less than three target durations would not be enough to play (RFC 8216bis, 6.2.2): after a pause, segments from
  // before it stay until the new job has as much.
  let needed = 3 * targetDuration;
  let first = segments.length;
  for (const [i, { startMs, duration, sequence, complete }] of [...segments.entries()].toReversed()) {
    const follows = first === segments.length || segments[first]?.sequence === sequence + 1;
    if (!follows || (needed <= 0 && startMs + duration * 1000 <= horizon)) break;
    if (complete) needed -= duration;
    first = i;
  }
  return segments.slice(first);
}

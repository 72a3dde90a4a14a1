/** A media segment as it is stored. */
export interface StoredSegment {
  bytes: number;
  /** Its EXTINF. */
  seconds: number;
}

/**
 * Peak segment bit rate of a media playlist in bits per second, for BANDWIDTH: the highest of all runs of segments that
 * are half to one and a half target durations long (RFC 8216bis, section 4.1), so that a sliver of a segment, which is
 * mostly a keyframe, doesn't count alone. A playlist without such a run has one bit rate, its average.
 */
export function peakSegmentBitrate(segments: readonly StoredSegment[], targetSeconds: number): number {
  let peak = 0;
  for (let first = 0; first < segments.length; first++) {
    let [bytes, seconds] = [0, 0];
    for (let last = first; last < segments.length; last++) {
      bytes += segments[last]!.bytes;
      seconds += segments[last]!.seconds;
      if (seconds > 1.5 * targetSeconds) break;
      if (seconds >= 0.5 * targetSeconds) peak = Math.max(peak, (bytes * 8) / seconds);
    }
  }
  return peak > 0 ? peak : averageSegmentBitrate(segments);
}

/** Average segment bit rate of a media playlist in bits per second, for AVERAGE-BANDWIDTH; 0 without segments. */
export function averageSegmentBitrate(segments: readonly StoredSegment[]): number {
  const [bytes, seconds] = segments.reduce(
    ([allBytes, allSeconds], segment) => [allBytes + segment.bytes, allSeconds + segment.seconds],
    [0, 0],
  );
  return seconds > 0 ? (bytes * 8) / seconds : 0;
}

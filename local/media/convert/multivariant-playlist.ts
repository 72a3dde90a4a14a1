/** One variant of an HLS multivariant playlist. */
export interface Variant {
  uri: string;
  width: number;
  height: number;
  /** Bits per second over the whole, and in the most demanding segment. */
  averageBandwidth: number;
  bandwidth: number;
  frameRate: number;
  hasAudio: boolean;
}

/** An HLS multivariant playlist (RFC 8216bis 4.4.6) of H.264 and AAC variants, in the given order. */
export function multivariantPlaylist(variants: readonly Variant[]): string {
  const lines = variants.flatMap(({ uri, width, height, averageBandwidth, bandwidth, frameRate, hasAudio }) => [
    `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},AVERAGE-BANDWIDTH=${averageBandwidth},CODECS="avc1.4d401f${hasAudio ? ",mp4a.40.2" : ""}",RESOLUTION=${width}x${height},FRAME-RATE=${frameRate.toFixed(3)}`,
    uri,
  ]);
  return ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-INDEPENDENT-SEGMENTS", ...lines, ""].join("\n");
}

import { PlaylistError } from "./media-playlist.ts";

/** A variant of a multivariant playlist: one rendition with its sound. */
export interface Variant {
  /** Address of the media playlist. */
  uri: string;
  /** Peak segment bit rate, as measured: see `peakSegmentBitrate`. */
  bandwidth: number;
  /** Average segment bit rate. */
  averageBandwidth: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** RFC 6381, one for each elementary stream: `avc1.64001f`, `mp4a.40.2`. */
  codecs: string[];
  /** Frames per second; 0 if unknown. */
  frameRate: number;
}

/** A multivariant playlist that offers these variants, in their order (RFC 8216bis, section 4.4.6). */
export function multivariantPlaylist(variants: readonly Variant[], version: number): string {
  const lines = variants.flatMap(({ uri, bandwidth, averageBandwidth, width, height, codecs, frameRate }) => {
    const attributes = [
      `BANDWIDTH=${Math.max(1, Math.ceil(bandwidth), Math.ceil(averageBandwidth))}`,
      `AVERAGE-BANDWIDTH=${Math.max(1, Math.ceil(averageBandwidth))}`,
      `CODECS="${codecs.join(",")}"`,
      `RESOLUTION=${width}x${height}`,
      ...(frameRate > 0 ? [`FRAME-RATE=${frameRate.toFixed(3)}`] : []),
    ];
    return [`#EXT-X-STREAM-INF:${attributes.join(",")}`, uri];
  });
  return ["#EXTM3U", `#EXT-X-VERSION:${version}`, "#EXT-X-INDEPENDENT-SEGMENTS", ...lines, ""].join("\n");
}

/**
 * The variants of a multivariant playlist, in their order. Attributes that Spotlight doesn't write are ignored, and
 * AVERAGE-BANDWIDTH and FRAME-RATE are optional. Throws `PlaylistError`.
 */
export function parseMultivariantPlaylist(text: string): Variant[] {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") throw new PlaylistError("The playlist does not begin with #EXTM3U");
  return lines.flatMap((line, index) => {
    const list = /^#EXT-X-STREAM-INF:(.+)$/.exec(line)?.[1];
    if (list === undefined) return [];
    const fail = (problem: string): PlaylistError => new PlaylistError(`Line ${index + 1} of the playlist: ${problem}`);
    const attributes = new Map(
      [...list.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)].map(([, name = "", quoted, plain = ""]) => [
        name,
        quoted ?? plain,
      ]),
    );
    const bandwidth = Number(attributes.get("BANDWIDTH") ?? Number.NaN);
    const [, width, height] = /^(\d+)x(\d+)$/.exec(attributes.get("RESOLUTION") ?? "") ?? [];
    const codecs = attributes.get("CODECS");
    const uri = lines[index + 1] ?? "";
    if (!(bandwidth > 0)) throw fail("BANDWIDTH is missing or not a number of bits per second");
    if (width === undefined || height === undefined) throw fail("RESOLUTION is missing or not WIDTHxHEIGHT");
    if (codecs === undefined) throw fail("CODECS is missing");
    if (uri === "" || uri.startsWith("#")) throw fail("no address follows #EXT-X-STREAM-INF");
    return [
      {
        uri,
        bandwidth,
        averageBandwidth: Number(attributes.get("AVERAGE-BANDWIDTH") ?? bandwidth),
        width: Number(width),
        height: Number(height),
        codecs: codecs.split(","),
        frameRate: Number(attributes.get("FRAME-RATE") ?? 0),
      },
    ];
  });
}

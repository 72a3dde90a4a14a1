/** A part of a live stream, by its segment's sequence number and its own in the segment, from 0. */
export interface Part {
  sequence: number;
  part: number;
  url: URL;
}

/** What a low-latency player reads in a media playlist. */
export interface LowLatencyPlaylist {
  /** Seconds: no part is longer. */
  partTarget: number;
  /** In order. */
  parts: Part[];
  /** The part that comes next: a request for it waits until it exists. */
  hint: Part | undefined;
  /** Segments that are listed but missing. */
  gaps: number;
  ended: boolean;
}

/** Reads a low-latency media playlist (RFC 8216bis). Throws if it lacks what a low-latency player needs. */
export function readLowLatencyPlaylist(text: string, address: URL): LowLatencyPlaylist {
  const partTarget = Number(/^#EXT-X-PART-INF:PART-TARGET=([\d.]+)/m.exec(text)?.[1]);
  let sequence = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(text)?.[1]);
  if (!(partTarget > 0) || !(sequence >= 0)) throw new Error(`${address.pathname} is no low-latency playlist: ${text}`);
  const parts: Part[] = [];
  let hint: Part | undefined;
  let part = 0;
  const at = (uri: string): Part => ({ sequence, part, url: new URL(uri, address) });
  for (const line of text.split("\n")) {
    const listed = /^#EXT-X-PART:.*URI="([^"]+)"/.exec(line)?.[1];
    const hinted = /^#EXT-X-PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(line)?.[1];
    if (listed !== undefined) {
      parts.push(at(listed));
      part += 1;
    } else if (hinted !== undefined) {
      hint = at(hinted);
    } else if (line !== "" && !line.startsWith("#")) {
      sequence += 1;
      part = 0;
    }
  }
  const gaps = text.match(/^#EXT-X-GAP$/gm)?.length ?? 0;
  return { partTarget, parts, hint, gaps, ended: text.includes("#EXT-X-ENDLIST") };
}

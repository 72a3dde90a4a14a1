/** A segment of a media playlist. */
export interface Segment {
  uri: string;
  durationSeconds: number;
}

/** What clips need of an HLS media playlist. */
export interface MediaPlaylist {
  segments: Segment[];
}

/** Thrown for a playlist that is not a complete one of whole, clear MPEG-TS segments. */
export class PlaylistError extends Error {
  override readonly name = "PlaylistError";
  readonly code = "invalid-playlist";
}

/** Tags that say nothing about which bytes to play. */
const harmless = new Set([
  "EXT-X-VERSION",
  "EXT-X-TARGETDURATION",
  "EXT-X-MEDIA-SEQUENCE",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-INDEPENDENT-SEGMENTS",
  "EXT-X-ALLOW-CACHE",
  "EXT-X-PROGRAM-DATE-TIME",
  "EXT-X-START",
  "EXT-X-BITRATE",
]);

/**
 * Reads a VOD media playlist (RFC 8216 section 4.3). Strict: a tag that would change what its segments are (keys, byte
 * ranges, initialization sections, discontinuities) is an error, since a clip made without it would not play. Throws
 * `PlaylistError`.
 */
export function parseMediaPlaylist(text: string): MediaPlaylist {
  const lines = text.split(/\r?\n/);
  if (lines[0] !== "#EXTM3U") throw new PlaylistError("The playlist does not begin with #EXTM3U");
  const segments: Segment[] = [];
  let durationSeconds: number | undefined;
  let ended = false;
  for (const [index, line] of lines.entries()) {
    const fail = (problem: string): PlaylistError => new PlaylistError(`Line ${index + 1} of the playlist: ${problem}`);
    if (index === 0 || line === "" || (line.startsWith("#") && !line.startsWith("#EXT"))) continue;
    if (ended) throw fail("something follows #EXT-X-ENDLIST");
    if (!line.startsWith("#")) {
      if (durationSeconds === undefined) throw fail("a segment without #EXTINF");
      segments.push({ uri: line, durationSeconds });
      durationSeconds = undefined;
      continue;
    }
    const tag = line.slice(1).split(":", 1)[0] ?? "";
    if (tag === "EXTINF") {
      const value = /^#EXTINF:(\d+(?:\.\d+)?)(?:,|$)/.exec(line)?.[1];
      if (value === undefined || durationSeconds !== undefined) throw fail("malformed #EXTINF");
      durationSeconds = Number(value);
    } else if (tag === "EXT-X-ENDLIST") {
      ended = true;
    } else if (!harmless.has(tag)) {
      throw fail(`#${tag} is not supported`);
    }
  }
  if (durationSeconds !== undefined) throw new PlaylistError("The playlist ends with an #EXTINF that has no segment");
  if (!ended) throw new PlaylistError("The playlist has no #EXT-X-ENDLIST: it is not complete");
  return { segments };
}

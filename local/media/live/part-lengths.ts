/** Parts of a segment, which low-latency playlists list, are about this long, in seconds. */
const usualSeconds = 1 / 3;
/** No part but a segment's last may be shorter than this share of the longest (RFC 8216bis, 4.4.4.9). */
const leastShare = 0.85;

/**
 * How many pictures each part of a GOP has. Their lengths differ by a picture at most, so that every part, whatever
 * the frame rate, is long enough for players; at a low frame rate a GOP has fewer.
 */
export function partLengths(gopPictures: number, frameRate: number): number[] {
  const most = Math.max(1, Math.round(gopPictures / frameRate / usualSeconds));
  for (let count = most; ; count--)
    if (count <= 1 || Math.floor(gopPictures / count) >= leastShare * Math.ceil(gopPictures / count)) {
      const ends = Array.from({ length: count }, (_, i) => Math.round(((i + 1) * gopPictures) / count));
      return ends.map((end, i) => end - (ends[i - 1] ?? 0));
    }
}

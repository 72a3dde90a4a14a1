import { formatNumber, type RecordingName } from "./ids.ts";

/** Posters are this far apart: one frame captured every 2 s, the first one at the start. */
export const posterIntervalMs = 2000;

/** Where everything about a recording is in the VOD bucket; a key's same-origin URL is `/` and the key. */
export function vodPrefix({ channel, broadcast, number }: RecordingName): string {
  return `vod/${channel}/${broadcast}/${formatNumber(number)}/`;
}

/** The recording as one file. */
export function mp4Key(name: RecordingName): string {
  return `${vodPrefix(name)}recording.mp4`;
}

/** The multivariant playlist of all renditions. */
export function multivariantPlaylistKey(name: RecordingName): string {
  return `${vodPrefix(name)}hls/index.m3u8`;
}

/** The media playlist of one rendition, e.g. `720p`. */
export function mediaPlaylistKey(name: RecordingName, rendition: string): string {
  return `${vodPrefix(name)}hls/index_${rendition}.m3u8`;
}

/** The captured frame nearest to a time in a recording: its key, and when it is. */
export function frameAt(name: RecordingName, atMs: number, durationMs: number): { key: string; atMs: number } {
  const index = Math.min(Math.max(0, Math.round(atMs / posterIntervalMs)), lastFrame(durationMs));
  return { key: frameKey(name, index), atMs: index * posterIntervalMs };
}

/** The last quarter second of a recording has no captured frame for sure. */
function lastFrame(durationMs: number): number {
  return Math.max(0, Math.floor((durationMs - 250) / posterIntervalMs));
}

/** All frames that are captured of a recording: `{index}` stands for seven digits, from 0 up to below `count`. */
export function framesOf(name: RecordingName, durationMs: number): { pattern: string; everyMs: number; count: number } {
  const pattern = `${vodPrefix(name)}posters/poster.{index}.jpg`;
  return { pattern, everyMs: posterIntervalMs, count: lastFrame(durationMs) + 1 };
}

function frameKey(name: RecordingName, index: number): string {
  return `${vodPrefix(name)}posters/poster.${String(index).padStart(7, "0")}.jpg`;
}

/**
 * The captured frame nearest to the appearance's best moment: one that lies within it where there is one, as the frame
 * before or after may be another shot. At a recording's very end the frame before is taken, so that the key always
 * exists.
 */
export function posterKey(
  name: RecordingName,
  { bestMs, startMs, endMs }: { bestMs: number; startMs: number; endMs: number },
  durationMs: number,
): string {
  const nearest = Math.round(bestMs / posterIntervalMs);
  const [first, end] = [Math.ceil(startMs / posterIntervalMs), Math.ceil(endMs / posterIntervalMs) - 1];
  const within = first <= end ? Math.min(Math.max(nearest, first), end) : nearest;
  return frameKey(name, Math.min(Math.max(0, within), lastFrame(durationMs)));
}

import { formatNumber, type RecordingName } from "./ids.ts";
import type { Appearance } from "./model.ts";

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

/** The number of the captured frame that is nearest to a time, of those within a span; `undefined` without one. */
export function nearestFrame(atMs: number, fromMs: number, toMs: number): number | undefined {
  const [first, last] = [Math.ceil(fromMs / posterIntervalMs), Math.ceil(toMs / posterIntervalMs) - 1];
  return first <= last ? Math.min(Math.max(Math.round(atMs / posterIntervalMs), first), last) : undefined;
}

/**
 * The captured frame nearest to the appearance's best moment: one that lies within it where there is one, otherwise one
 * of the same shot, as the frame before or after may show something else, or nothing yet. At a recording's very end the
 * frame before is taken, so that the key always exists.
 */
export function posterKey(
  name: RecordingName,
  appearance: Pick<Appearance, "bestMs" | "startMs" | "endMs" | "shotStartMs" | "shotEndMs">,
  durationMs: number,
): string {
  const { bestMs, startMs, endMs, shotStartMs = 0, shotEndMs = durationMs } = appearance;
  const captured = (lastFrame(durationMs) + 1) * posterIntervalMs;
  const index =
    nearestFrame(bestMs, startMs, Math.min(endMs, captured)) ??
    nearestFrame(bestMs, shotStartMs, Math.min(shotEndMs, captured)) ??
    Math.round(bestMs / posterIntervalMs);
  return frameKey(name, Math.min(Math.max(0, index), lastFrame(durationMs)));
}

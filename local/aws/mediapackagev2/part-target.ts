import { partSeconds } from "../../media/live/part-seconds.ts";

/** Length of an AAC frame of the live encoder, in seconds. */
const soundFrame = 1024 / 48_000;

/**
 * The longest part that the live encoder emits at a frame rate, in seconds. FFmpeg ends a fragment at the first packet
 * of picture or sound that is `partSeconds` after the fragment's first of the same kind, and a job's sound begins one
 * frame before its picture, which lengthens the first part. A millisecond is for the rounding of the container's clock.
 */
export function partTarget(frameRate: number): number {
  const pictures = (seconds: number): number => Math.ceil(seconds * frameRate - 1e-6) / frameRate;
  const untilSound = (Math.ceil(partSeconds / soundFrame - 1e-6) - 1) * soundFrame;
  const longest = Math.max(pictures(partSeconds), pictures(untilSound) + soundFrame);
  return Math.ceil(longest * 1000 + 1) / 1000;
}

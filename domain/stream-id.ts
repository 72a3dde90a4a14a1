import { randomBytes } from "node:crypto";

/**
 * An id for a message of the stream: a UUID of version 7, which begins with the time, so that ids sort as they were
 * made. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
 *
 * @param atMs milliseconds since the epoch
 */
export function streamId(atMs: number, random: Uint8Array = randomBytes(10)): string {
  const [a = 0, b = 0, c = 0, ...rest] = random;
  const tail = [0x70 | (a & 0x0f), b, 0x80 | (c & 0x3f), ...rest];
  const hex = hexOf(atMs) + tail.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** When an id was made, in milliseconds since the epoch; undefined for what is no id of the stream. */
export function timeOfStreamId(id: string): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.exec(id) ?? [];
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}

/** Sorts before every id made at this time or later, and after all others. */
export function firstStreamIdAt(atMs: number): string {
  return streamId(atMs, new Uint8Array(10));
}

/** 48 bits. */
function hexOf(atMs: number): string {
  return Math.max(0, atMs).toString(16).padStart(12, "0");
}

/**
 * Timecodes in H.264: the picture timing SEI message (ITU-T H.264, D.1.3), as MediaLive writes it with
 * `timecodeInsertion: PIC_TIMING_SEI`. x264 writes the message without a timecode; here one is filled in and read.
 */

import { nalUnits } from "./annex-b.ts";

const seiUnit = 6;
const pictureTiming = 1;

/** A wall-clock time of day. */
export interface Timecode {
  hours: number;
  minutes: number;
  seconds: number;
  frames: number;
}

/** The timecode, in UTC, of a frame that was taken at this moment, milliseconds since the epoch. */
export function timecodeAt(epochMs: number, frameRate: number): Timecode {
  const date = new Date(epochMs);
  return {
    hours: date.getUTCHours(),
    minutes: date.getUTCMinutes(),
    seconds: date.getUTCSeconds(),
    frames: Math.floor((date.getUTCMilliseconds() * frameRate) / 1000),
  };
}

/** `HH:MM:SS:FF` */
export function formatTimecode({ hours, minutes, seconds, frames }: Timecode): string {
  return [hours, minutes, seconds, frames].map((part) => String(part).padStart(2, "0")).join(":");
}

/** The access unit (Annex B) with this timecode in its picture timing, which x264 writes with `pic-struct`. */
export function withTimecode(accessUnit: Buffer, timecode: Timecode): Buffer {
  const unit = nalUnits(accessUnit).find(({ from, to }) => isPictureTiming(accessUnit.subarray(from, to)));
  if (unit === undefined) return accessUnit;
  return Buffer.concat([accessUnit.subarray(0, unit.from), messageOf(timecode), accessUnit.subarray(unit.to)]);
}

/** The timecode of an access unit (Annex B) of progressive pictures; `undefined` without one. */
export function readTimecode(accessUnit: Buffer): Timecode | undefined {
  for (const { from, to } of nalUnits(accessUnit)) {
    const unit = accessUnit.subarray(from, to);
    if (isPictureTiming(unit)) return readMessage(unescaped(unit.subarray(3)));
  }
  return undefined;
}

function isPictureTiming(unit: Buffer): boolean {
  return (unit[0]! & 0x1f) === seiUnit && unit[1] === pictureTiming;
}

/** Fields of the message, and their lengths in bits, before and after the time itself. */
const before = [
  [0, 4], // pic_struct: a frame
  [1, 1], // clock_timestamp_flag
  [0, 2], // ct_type: progressive
  [1, 1], // nuit_field_based_flag: units are half frames, as x264's are
  [0, 5], // counting_type
  [1, 1], // full_timestamp_flag
  [0, 2], // discontinuity_flag, cnt_dropped_flag
] as const;
const fieldsBits = before.reduce((sum, [, bits]) => sum + bits, 0);

function messageOf({ hours, minutes, seconds, frames }: Timecode): Buffer {
  const fields = [...before, [frames, 8], [seconds, 6], [minutes, 6], [hours, 5], [0, 24] /* time_offset */] as const;
  const bits = `${fields.map(([value, length]) => value.toString(2).padStart(length, "0")).join("")}1`;
  const payload = Buffer.from(bits.match(/.{1,8}/g)!.map((byte) => parseInt(byte.padEnd(8, "0"), 2)));
  return escaped(Buffer.concat([Buffer.of(seiUnit, pictureTiming, payload.length), payload, Buffer.of(0x80)]));
}

function readMessage(payload: Buffer): Timecode | undefined {
  const bits = [...payload].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const number = (from: number, length: number): number => parseInt(bits.slice(from, from + length) || "0", 2);
  const [hasClock, isFull] = [number(4, 1) === 1, number(13, 1) === 1];
  if (!hasClock || !isFull || bits.length < fieldsBits + 25) return undefined;
  return {
    frames: number(fieldsBits, 8),
    seconds: number(fieldsBits + 8, 6),
    minutes: number(fieldsBits + 14, 6),
    hours: number(fieldsBits + 20, 5),
  };
}

/** With emulation prevention: three bytes in a row may not look like a start code. */
function escaped(unit: Buffer): Buffer {
  const bytes: number[] = [];
  for (const byte of unit) {
    if (byte <= 3 && bytes.at(-1) === 0 && bytes.at(-2) === 0) bytes.push(3);
    bytes.push(byte);
  }
  return Buffer.from(bytes);
}

function unescaped(unit: Buffer): Buffer {
  return Buffer.from([...unit].filter((byte, i) => !(byte === 3 && unit[i - 1] === 0 && unit[i - 2] === 0)));
}

import type { Box } from "../domain/model.ts";
import { isRecordingId } from "../domain/ids.ts";

/** A face in a captured frame of a recording. */
export interface FramedFace {
  /** Recording id. */
  recording: string;
  /** When the frame is, from the recording's start. */
  atMs: number;
  box: Box;
}

/**
 * Names a face of a captured frame, for a later call that takes it: recording, time and box, as in
 * `main.20261122T180000.000012~4000~0.41,0.12,0.14,0.25`. It is no secret, and safe in addresses.
 */
export function faceToken({ recording, atMs, box: { left, top, width, height } }: FramedFace): string {
  return `${recording}~${atMs}~${[left, top, width, height].map((side) => String(Number(side.toFixed(6)))).join()}`;
}

/** What a token names; `undefined` when it is not one. */
export function parseFaceToken(token: string): FramedFace | undefined {
  const [, recording = "", atMs = "", sides = ""] =
    /^([^~]+)~(\d{1,9})~((?:-?\d(?:\.\d{1,6})?,){3}\d(?:\.\d{1,6})?)$/.exec(token) ?? [];
  if (!isRecordingId(recording)) return undefined;
  const [left = 0, top = 0, width = 0, height = 0] = sides.split(",").map(Number);
  return { recording, atMs: Number(atMs), box: { left, top, width, height } };
}

import { createHash } from "node:crypto";
import { even } from "./ladder.ts";
import type { Box, Clip } from "./model.ts";

/** An export and its row expire after these days; it can be made again as long as its recordings exist. */
export const exportDays = 7;

/** Where exports are in the VOD bucket; a key's same-origin path is `/` and the key. */
export const exportPrefix = "exports/";

/**
 * Maximum number of pieces of an export: a MediaConvert job has at most 150 inputs.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/setting-up-an-assembly-workflow-job.html
 */
export const exportPiecesAtMost = 150;

/** The shape of an export's picture, if it isn't the recording's: upright, for phones. */
export type ExportAspect = "9:16";

/** A recording's picture and sound, as they are in its MP4. */
export interface ExportSource {
  /** Pixels. */
  width: number;
  height: number;
  /** Frames per second. */
  frameRate: number;
  hasSound: boolean;
  /** Bits per second. */
  bitrate: number;
}

/** A rectangle of a picture in pixels, all even. */
export interface Crop {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A part of a recording in an export. */
export interface ExportPiece extends ExportSource {
  /** Recording id. */
  recording: string;
  /** First frame, from the recording's first. */
  from: number;
  /** Frame after the last. */
  to: number;
  crop: Crop | undefined;
}

/** Where the MP4 of an export is. */
export function exportKey(id: string): string {
  return `${exportPrefix}${id}.mp4`;
}

/**
 * The pieces of these clips, in their order, in whole frames: less than a frame from each clip's in and out. Those of
 * recordings without a source are left out. With an aspect, each piece shows the part of the picture around the face.
 */
export function exportPieces(
  clips: readonly Clip[],
  sources: ReadonlyMap<string, ExportSource>,
  aspect?: ExportAspect,
): ExportPiece[] {
  return clips.flatMap((clip) =>
    clip.pieces.flatMap(({ recording, startMs, endMs }) => {
      const source = sources.get(recording);
      if (source === undefined) return [];
      const from = Math.round((startMs * source.frameRate) / 1000);
      const to = Math.max(from + 1, Math.round((endMs * source.frameRate) / 1000));
      const crop = aspect === undefined ? undefined : portraitCrop(source, faceCentre(clip, recording));
      return [{ ...source, recording, from, to, crop }];
    }),
  );
}

/** The same pieces have the same id: 32 hexadecimal digits. */
export function exportId(pieces: readonly ExportPiece[]): string {
  const what = pieces.map(({ recording, from, to, crop }) => [recording, from, to, crop && [crop.x, crop.width]]);
  return createHash("sha256").update(JSON.stringify(what)).digest("hex").slice(0, 32);
}

/** How long the pieces are together. */
export function exportDurationMs(pieces: readonly ExportPiece[]): number {
  return Math.round(pieces.reduce((sum, { from, to, frameRate }) => sum + ((to - from) * 1000) / frameRate, 0));
}

/**
 * The 9:16 part of a picture at its full height, around `centre` (0–1 of the width) as far as the edges allow. A
 * narrower picture stays whole.
 */
export function portraitCrop({ width, height }: { width: number; height: number }, centre: number): Crop | undefined {
  const full = height - (height % 2);
  const part = even((full * 9) / 16);
  if (part >= width) return undefined;
  const left = Math.min(Math.max(centre * width - part / 2, 0), width - part);
  return { x: 2 * Math.floor(left / 2), y: 0, width: part, height: full };
}

/** Where the face is on average, 0–1 of the width; the middle if none was seen. */
function faceCentre({ appearances }: Clip, recording: string): number {
  const seen = appearances.filter((appearance) => appearance.recording === recording);
  const middle = ({ left, width }: Box): number => left + width / 2;
  const total = seen.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0);
  if (total <= 0) return 0.5;
  return seen.reduce((sum, { box, startMs, endMs }) => sum + (middle(box) * (endMs - startMs)) / total, 0);
}

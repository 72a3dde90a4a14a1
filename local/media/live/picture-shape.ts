import { FilterAPI } from "node-av/api";
import { AV_FRAME_FLAG_INTERLACED, EOF, type AVPixelFormat } from "node-av/constants";
import { avGetPixFmtName, type Frame } from "node-av/lib";
import { even } from "./fit-ladder.ts";

/** The size at which a picture is meant to be seen, in pixels. */
export interface DisplaySize {
  width: number;
  height: number;
}

/** The display size of a frame, whose pixels need not be square. */
export function displaySize({ width, height, sampleAspectRatio: { num, den } }: Frame): DisplaySize {
  return { width: num > 0 && den > 0 ? Math.round((width * num) / den) : width, height };
}

/**
 * Keeps all pictures of a job in the shape of its first, as encoders can't change theirs: a phone that is turned in
 * mid-stream is shown upright between black bars. Interlaced pictures are deinterlaced, as MediaLive does.
 */
export class PictureShape {
  readonly #size: DisplaySize;
  readonly #first: string;
  readonly #format: string;
  #interlaced = false;
  #filter: { key: string; api: FilterAPI } | undefined;

  constructor(first: Frame) {
    const { width, height } = displaySize(first);
    this.#size = { width: even(width), height: even(height) };
    this.#first = keyOf(first);
    this.#format = avGetPixFmtName(first.format as AVPixelFormat) ?? "yuv420p";
  }

  /** The frame in the job's shape, or its forerunners: a deinterlacer waits for the next. The caller frees them. */
  conform(frame: Frame): Frame[] {
    this.#interlaced ||= (frame.flags & AV_FRAME_FLAG_INTERLACED) !== 0;
    const isSquare = displaySize(frame).width === frame.width;
    if (keyOf(frame) === this.#first && isSquare && !this.#interlaced) return [frame];
    // Another shape, or the first interlaced picture, needs another graph.
    const key = `${keyOf(frame)} ${this.#interlaced}`;
    const before = this.#filter !== undefined && this.#filter.key !== key ? this.finish() : [];
    this.#filter ??= { key, api: FilterAPI.create(this.#graph(), { threads: 1 }) };
    const conformed = this.#filter.api.processAllSync(frame);
    frame.free();
    return [...before, ...conformed];
  }

  /** The frames that are left. */
  finish(): Frame[] {
    if (this.#filter === undefined) return [];
    const { api } = this.#filter;
    this.#filter = undefined;
    api.flushSync();
    const frames: Frame[] = [];
    for (let frame = api.receiveSync(); frame !== null && frame !== EOF; frame = api.receiveSync()) frames.push(frame);
    api.close();
    return frames;
  }

  #graph(): string {
    const { width, height } = this.#size;
    return [
      ...(this.#interlaced ? ["bwdif=mode=send_frame:deint=interlaced"] : []),
      "scale=w='max(2,trunc(iw*if(sar,sar,1)/2)*2)':h=ih",
      "setsar=1",
      `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bilinear`,
      `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
      "setsar=1",
      `format=${this.#format}`,
    ].join(",");
  }
}

function keyOf({ width, height, format, sampleAspectRatio: { num, den } }: Frame): string {
  return [width, height, format, num > 0 && den > 0 ? num / den : 1].join();
}

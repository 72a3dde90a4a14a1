import { Decoder, Demuxer } from "node-av/api";
import {
  AVCOL_RANGE_JPEG,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  SWS_BILINEAR,
  SWS_POINT,
  type AVPixelFormat,
  type SwsFlags,
} from "node-av/constants";
import { avGetCodecName, Frame, SoftwareScaleContext, type Stream } from "node-av/lib";
import type { CanvasSize } from "../faces.ts";
import { letterbox, type Letterbox } from "../geometry/letterbox.ts";
import type { Image } from "../image.ts";
import { CutFinder, thumbnail, type Thumbnail } from "./cuts.ts";

/** Properties of a video file, in FFmpeg's terms. */
export interface VideoInfo {
  /** Codec name, e.g. `h264`. */
  codec: string;
  /** Container's long name, e.g. `QuickTime / MOV`. */
  format: string;
  durationMs: number;
  frameRate: number;
  width: number;
  height: number;
  fullRange: boolean;
}

/** One frame of a video, still in the decoder's memory: `free` it. */
export interface VideoSample {
  /** Presentation time, milliseconds from the start of the file. */
  timeMs: number;
  /** Size of the frame. */
  width: number;
  height: number;
  /** Brings the frame onto a canvas of the detector. The next frame of the video takes over its memory. */
  toCanvas(size: CanvasSize): { image: Image; letterbox: Letterbox };
  /** The frame at its own size. The next frame of the video takes over its memory. */
  toPicture(): Image;
  free(): void;
}

/** A sample, and what lies between it and the one before. */
export interface Step {
  sample: VideoSample;
  /** Whether a new shot begins with the sample. */
  isCut: boolean;
  /** Frames of the same shot after the sample before, in order; free these too. */
  between: VideoSample[];
}

/** The file is not a video, or has no pictures. */
class VideoError extends Error {
  override readonly name = "VideoError";
  readonly code = "VIDEO_UNREADABLE";
}

/** Frames between samples are kept this far apart, ms: the precision with which the ends of a track are found. */
const finestMs = 80;

/** A video opened for sampling. Decodes on this thread. FFmpeg is native code: run it in a process that may crash. */
export class VideoFrames {
  readonly info: VideoInfo;
  readonly #demuxer: Demuxer;
  readonly #stream: Stream;
  readonly #startSeconds: number;
  readonly #scalers = new Scalers();

  private constructor(demuxer: Demuxer, stream: Stream) {
    this.#demuxer = demuxer;
    this.#stream = stream;
    this.#startSeconds = Math.max(0, demuxer.startTime);
    const { codecpar, avgFrameRate } = stream;
    this.info = {
      codec: avGetCodecName(codecpar.codecId) ?? "unknown",
      format: demuxer.formatLongName,
      durationMs: Math.round(demuxer.duration * 1000),
      frameRate: avgFrameRate.den === 0 ? 0 : avgFrameRate.num / avgFrameRate.den,
      width: codecpar.width,
      height: codecpar.height,
      fullRange: codecpar.colorRange === AVCOL_RANGE_JPEG,
    };
  }

  static async open(file: string): Promise<VideoFrames> {
    let demuxer: Demuxer;
    try {
      demuxer = await Demuxer.open(file);
    } catch (cause) {
      throw new VideoError(
        `The file cannot be read as a video: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    }
    const stream = demuxer.video();
    if (stream === undefined || stream.codecpar.width === 0) {
      await demuxer.close();
      throw new VideoError("The file has no video stream.");
    }
    return new VideoFrames(demuxer, stream);
  }

  /**
   * Frames about `1 / framesPerSecond` apart, each with its own presentation time; also the first and the last frame of
   * every shot.
   */
  async *sample(framesPerSecond: number): AsyncGenerator<Step> {
    // Frames that no other frame is predicted from are most of the decoding cost; the next other one is never far.
    const decoder = await Decoder.create(this.#stream, {
      threadCount: 1,
      exitOnError: false,
      options: { skip_frame: "noref", skip_loop_filter: "all" },
    });
    try {
      yield* this.#steps(this.#frames(decoder), 1000 / framesPerSecond);
    } finally {
      decoder.close();
    }
  }

  *#steps(frames: Iterable<DecodedFrame>, intervalMs: number): Generator<Step> {
    const cuts = new CutFinder();
    let nextMs = 0;
    let between: VideoSample[] = [];
    const step = (sample: VideoSample, isCut: boolean): Step => {
      const passed = between;
      between = [];
      return { sample, isCut, between: passed };
    };
    for (const frame of frames) {
      const isCut = cuts.isCut(frame.thumbnail());
      if (isCut) {
        const last = between.pop();
        if (last !== undefined) yield step(last, false);
      }
      if (isCut || frame.timeMs >= nextMs) {
        nextMs = (Math.floor(frame.timeMs / intervalMs) + 1) * intervalMs;
        yield step(frame, isCut);
        continue;
      }
      // The newest frame always stays: the next one may be a cut, and then this one is the last of its shot.
      const [older, newest] = [between.at(-2), between.at(-1)];
      if (older !== undefined && newest !== undefined && newest.timeMs - older.timeMs < finestMs) between.pop()!.free();
      between.push(frame);
    }
    const last = between.pop();
    if (last !== undefined) yield step(last, false);
  }

  *#frames(decoder: Decoder): Generator<DecodedFrame> {
    const timeBase = this.#stream.timeBase.num / this.#stream.timeBase.den;
    // Reading is cheap compared with decoding; an asynchronous hop per packet is not.
    for (const packet of this.#demuxer.packetsSync(this.#stream.index)) {
      const frames = decoder.decodeAllSync(packet);
      packet?.free();
      for (const frame of frames) {
        const timeMs = Math.round((Number(frame.pts) * timeBase - this.#startSeconds) * 1000);
        yield new DecodedFrame(frame, timeMs, this.#scalers);
      }
    }
  }

  async close(): Promise<void> {
    this.#scalers.free();
    await this.#demuxer.close();
  }
}

/** A frame in the decoder's memory. */
class DecodedFrame implements VideoSample {
  readonly timeMs: number;
  readonly #frame: Frame;
  readonly #scalers: Scalers;

  constructor(frame: Frame, timeMs: number, scalers: Scalers) {
    this.#frame = frame;
    this.timeMs = timeMs;
    this.#scalers = scalers;
  }

  get width(): number {
    return this.#frame.width;
  }

  get height(): number {
    return this.#frame.height;
  }

  toCanvas(size: CanvasSize): { image: Image; letterbox: Letterbox } {
    const box = letterbox(this.width, this.height, size.width, size.height);
    return { image: this.#scalers.toRgb(`canvas ${size.width}`, this.#frame, box), letterbox: box };
  }

  toPicture(): Image {
    const { width, height } = this;
    return this.#scalers.toRgb("picture", this.#frame, { width, height, canvasWidth: width, canvasHeight: height });
  }

  thumbnail(): Thumbnail {
    return this.#scalers.toThumbnail(this.#frame);
  }

  free(): void {
    this.#frame.free();
  }
}

/** FFmpeg's frames hold pictures or sound; the format of a picture is a pixel format. */
function isPicture(frame: Frame): frame is Frame & { format: AVPixelFormat } {
  return frame.isVideo();
}

/** A conversion from frames of one shape to another, and the memory that it writes to again and again. */
interface Scaler {
  key: string;
  context: SoftwareScaleContext;
  target: Frame;
  /** The target's planes: asking a frame for them again would let the garbage collector count them again. */
  planes: Buffer[];
  strides: number[];
}

/** Converts decoded frames; a scaler is made again where the stream changes its size. */
class Scalers {
  readonly #scalers = new Map<string, Scaler>();
  readonly #canvases = new WeakMap<Scaler, Buffer>();

  /** The frame scaled onto the upper left of a black canvas. */
  toRgb(use: string, frame: Frame, { canvasWidth, canvasHeight, width, height }: Letterbox): Image {
    const scaler = this.#scale(use, frame, width, height, AV_PIX_FMT_RGB24, SWS_BILINEAR);
    const [pixels, stride] = planeOf(scaler, 0);
    const data = this.#canvases.get(scaler) ?? Buffer.alloc(canvasWidth * canvasHeight * 3);
    this.#canvases.set(scaler, data);
    for (let row = 0; row < height; row++)
      pixels.copy(data, row * canvasWidth * 3, row * stride, row * stride + width * 3);
    return { data, width: canvasWidth, height: canvasHeight };
  }

  /** Single pixels of the frame, as an average would cost more than it tells. */
  toThumbnail(frame: Frame): Thumbnail {
    const { width, height } = thumbnail;
    const scaler = this.#scale("thumbnail", frame, width, height, AV_PIX_FMT_YUV420P, SWS_POINT);
    const copy = (index: number, columns: number, rows: number): Uint8Array => {
      const [pixels, stride] = planeOf(scaler, index);
      const data = new Uint8Array(columns * rows);
      for (let row = 0; row < rows; row++)
        data.set(pixels.subarray(row * stride, row * stride + columns), row * columns);
      return data;
    };
    return {
      luma: copy(0, width, height),
      blue: copy(1, width / 2, height / 2),
      red: copy(2, width / 2, height / 2),
    };
  }

  free(): void {
    for (const { context, target } of this.#scalers.values()) {
      context.freeContext();
      target.free();
    }
    this.#scalers.clear();
  }

  /** Scales the frame into the memory of the scaler for this use. */
  #scale(use: string, frame: Frame, width: number, height: number, format: AVPixelFormat, flags: SwsFlags): Scaler {
    if (!isPicture(frame)) throw new VideoError("The video stream holds something other than pictures.");
    const key = [frame.width, frame.height, frame.format, width, height].join();
    let scaler = this.#scalers.get(use);
    if (scaler?.key !== key) {
      scaler?.context.freeContext();
      scaler?.target.free();
      const context = new SoftwareScaleContext();
      context.getContext(frame.width, frame.height, frame.format, width, height, format, flags);
      const target = new Frame();
      target.alloc();
      target.width = width;
      target.height = height;
      target.format = format;
      check(target.allocBuffer());
      scaler = { key, context, target, planes: target.data ?? [], strides: target.linesize };
      this.#scalers.set(use, scaler);
    }
    check(scaler.context.scaleFrameSync(scaler.target, frame));
    return scaler;
  }
}

function planeOf({ planes, strides }: Scaler, index: number): [pixels: Buffer, stride: number] {
  return [planes[index]!, strides[index]!];
}

function check(result: number): void {
  if (result < 0) throw new VideoError(`A frame could not be converted (FFmpeg error ${result}).`);
}

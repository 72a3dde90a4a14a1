import { Decoder, Demuxer } from "node-av/api";
import { AVCOL_RANGE_JPEG, AV_PIX_FMT_RGB24, SWS_BILINEAR, type AVPixelFormat } from "node-av/constants";
import { avGetCodecName, SoftwareScaleContext, type Frame, type Stream } from "node-av/lib";
import { canvasSides } from "../faces.ts";
import { letterbox, type Letterbox } from "../geometry/letterbox.ts";
import type { Image } from "../image.ts";

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
  /** The frame scaled onto the detector's canvas. */
  canvas: Image;
  /** How the frame lies on the canvas. */
  letterbox: Letterbox;
  /** The frame at its own size. */
  picture(): Image;
  free(): void;
}

/** The file is not a video, or has no pictures. */
class VideoError extends Error {
  override readonly name = "VideoError";
  readonly code = "VIDEO_UNREADABLE";
}

/** swscale may write whole vector registers past the end of the last row. */
const overrun = 64;

/** A video opened for sampling. Decodes on this thread. FFmpeg is native code: run it in a process that may crash. */
export class VideoFrames {
  readonly info: VideoInfo;
  readonly #demuxer: Demuxer;
  readonly #stream: Stream;
  readonly #startSeconds: number;
  #toCanvas: Scaler | undefined;
  #toPicture: Scaler | undefined;

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

  /** Frames about `1 / framesPerSecond` apart, each with its own presentation time. */
  async *sample(framesPerSecond: number): AsyncGenerator<VideoSample> {
    const intervalMs = 1000 / framesPerSecond;
    let nextMs = 0;
    // Frames that no other frame is predicted from are most of the decoding cost; the next other one is never far.
    const decoder = await Decoder.create(this.#stream, {
      threadCount: 1,
      exitOnError: false,
      options: { skip_frame: "noref" },
    });
    const timeBase = this.#stream.timeBase.num / this.#stream.timeBase.den;
    try {
      // Reading is cheap compared with decoding; an asynchronous hop per packet is not.
      for (const packet of this.#demuxer.packetsSync(this.#stream.index)) {
        const frames = decoder.decodeAllSync(packet);
        packet?.free();
        for (const frame of frames) {
          const timeMs = Math.round((Number(frame.pts) * timeBase - this.#startSeconds) * 1000);
          if (timeMs < nextMs) {
            frame.free();
            continue;
          }
          nextMs = (Math.floor(timeMs / intervalMs) + 1) * intervalMs;
          yield this.#sampleOf(frame, timeMs);
        }
      }
    } finally {
      decoder.close();
    }
  }

  async close(): Promise<void> {
    this.#toCanvas?.free();
    this.#toPicture?.free();
    await this.#demuxer.close();
  }

  #sampleOf(frame: Frame, timeMs: number): VideoSample {
    const upright = frame.height > frame.width;
    const box = letterbox(
      frame.width,
      frame.height,
      upright ? canvasSides.short : canvasSides.long,
      upright ? canvasSides.long : canvasSides.short,
    );
    this.#toCanvas = Scaler.fitting(this.#toCanvas, frame, box.width, box.height);
    return {
      timeMs,
      letterbox: box,
      canvas: this.#toCanvas.scale(frame, box.canvasWidth, box.canvasHeight),
      picture: () => {
        this.#toPicture = Scaler.fitting(this.#toPicture, frame, frame.width, frame.height);
        return this.#toPicture.scale(frame, frame.width, frame.height);
      },
      free: () => frame.free(),
    };
  }
}

/** FFmpeg's frames hold pictures or sound; the format of a picture is a pixel format. */
function isPicture(frame: Frame): frame is Frame & { format: AVPixelFormat } {
  return frame.isVideo();
}

/** Turns decoded frames of one size and pixel format into RGB of another size. */
class Scaler {
  readonly #context: SoftwareScaleContext;
  readonly #key: string;
  readonly #width: number;
  readonly #height: number;

  private constructor(key: string, context: SoftwareScaleContext, width: number, height: number) {
    this.#key = key;
    this.#context = context;
    this.#width = width;
    this.#height = height;
  }

  /** `current` where it still fits: a stream may change its size in the middle. */
  static fitting(current: Scaler | undefined, frame: Frame, width: number, height: number): Scaler {
    if (!isPicture(frame)) throw new VideoError("The video stream holds something other than pictures.");
    const key = [frame.width, frame.height, frame.format, width, height].join();
    if (current !== undefined && current.#key === key) return current;
    current?.free();
    const context = new SoftwareScaleContext();
    context.getContext(frame.width, frame.height, frame.format, width, height, AV_PIX_FMT_RGB24, SWS_BILINEAR);
    return new Scaler(key, context, width, height);
  }

  scale(frame: Frame, canvasWidth: number, canvasHeight: number): Image {
    const data = Buffer.alloc(canvasWidth * canvasHeight * 3 + overrun);
    const rows = this.#context.scaleSync(frame.data ?? [], frame.linesize, 0, frame.height, [data], [canvasWidth * 3]);
    if (rows < 0) throw new VideoError(`A frame could not be converted (FFmpeg error ${rows}).`);
    for (let row = 0; row < this.#height && this.#width < canvasWidth; row++) {
      data.fill(0, (row * canvasWidth + this.#width) * 3, (row + 1) * canvasWidth * 3);
    }
    data.fill(0, this.#height * canvasWidth * 3);
    return { data: data.subarray(0, canvasWidth * canvasHeight * 3), width: canvasWidth, height: canvasHeight };
  }

  free(): void {
    this.#context.freeContext();
  }
}

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Decoder, Encoder, FilterAPI, Muxer } from "node-av/api";
import {
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  EOF,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
  FF_ENCODER_MJPEG,
  type AVPixelFormat,
} from "node-av/constants";
import { FFmpegError, Rational, type CodecContext, type Frame, type Packet } from "node-av/lib";
import { blockFrame, blockSamples, sampleRate, silence } from "../stereo-block.ts";
import type { AudioPlan, FramesOutput, VideoPlan } from "./plan.ts";
import type { Source } from "./source.ts";

/**
 * Writes one output file or package from the source's packets, and from its decoded pictures if it needs them.
 */
export interface Writer {
  needsPictures: boolean;
  packet(packet: Packet, isVideo: boolean): void;
  picture(frame: Frame): void;
  finish(): void;
  /** Size of the output in pixels. */
  size: { width: number; height: number };
}

/** What to write and how to mux it. */
export interface WriterOptions {
  file: string;
  format: "hls" | "mp4";
  options: Record<string, string | number>;
  video: VideoPlan;
  audio?: AudioPlan;
}

/** A writer of one muxed file (MP4) or package (HLS media playlist and its segments). */
export async function createMediaWriter(source: Source, sounds: SoundEncoders, plan: WriterOptions): Promise<Writer> {
  const muxer = await Muxer.open(plan.file, {
    format: plan.format,
    useSyncQueue: false,
    useAsyncWrite: false,
    options: plan.options,
    // A copied stream carries its container's codec tag, which other containers refuse: let the muxer choose.
    configure: (context) => {
      for (const stream of context.streams) stream.codecpar.codecTag = 0;
    },
  });
  const videoPlan = playable(plan.video, source);
  const video = videoPlan.copy ? undefined : await createVideoEncoder(source, videoPlan);
  const videoStream = video === undefined ? muxer.addStream(source.video) : muxer.addStream(video.encoder);
  const copiedAudio =
    source.audio !== undefined && plan.audio?.copy === true ? muxer.addStream(source.audio) : undefined;
  if (plan.audio?.copy === false) await sounds.write(plan.audio, muxer);
  return {
    needsPictures: video !== undefined,
    size: video?.size ?? { width: source.video.codecpar.width, height: source.video.codecpar.height },
    packet(packet, isVideo) {
      if (isVideo && video === undefined) muxer.writePacketSync(packet, videoStream);
      if (!isVideo && copiedAudio !== undefined) muxer.writePacketSync(packet, copiedAudio);
    },
    picture(frame) {
      if (video === undefined) return;
      for (const scaled of video.filter.processAllSync(frame)) {
        encode(video.encoder, scaled, (packet) => muxer.writePacketSync(packet, videoStream));
        scaled.free();
      }
    },
    finish() {
      if (video !== undefined) {
        video.filter.flushSync();
        for (const frame of video.filter.flushFramesSync()) {
          encode(video.encoder, frame, (packet) => muxer.writePacketSync(packet, videoStream));
          frame.free();
        }
        encode(video.encoder, null, (packet) => muxer.writePacketSync(packet, videoStream));
      }
      muxer.closeSync();
      video?.filter.close();
      video?.encoder.close();
    },
  };
}

/** Browsers and phones play 8 bits in 4:2:0 only. Anything else that was to be copied is encoded. */
function playable(plan: VideoPlan, { video }: Source): VideoPlan {
  if (!plan.copy || playableFormats.some((format) => format === video.codecpar.format)) return plan;
  return { copy: false, maxBitrate: Math.max(leastBitrate, Number(video.codecpar.bitRate)), gopSeconds: 2 };
}

const playableFormats: readonly AVPixelFormat[] = [AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P];
/** For sources that don't tell theirs, in bits per second. */
const leastBitrate = 8_000_000;

/** The sound of a job, encoded once for each bitrate however many outputs carry it. */
export interface SoundEncoders {
  /** Whether decoded sound is needed. */
  needed(): boolean;
  /** Adds the sound to an output. */
  write(plan: { bitrate: number; silent?: boolean }, muxer: Muxer): Promise<void>;
  sound(frame: Frame): void;
  /** The picture has come to this time: silence keeps up with it. */
  silence(seconds: number): void;
  /** Flushes the encoders; call it before the outputs are finished. */
  finish(): void;
}

export function createSoundEncoders(decoder: Decoder | undefined): SoundEncoders {
  interface Track {
    encoder: Encoder;
    isSilent: boolean;
    outputs: { muxer: Muxer; stream: number }[];
  }
  const tracks = new Map<string, Track>();
  let silentBlocks = 0;
  let pictureEnd = 0;
  let hasSound = false;
  // The encoder counts samples from zero; the filter makes the sample count match the time.
  const filter =
    decoder === undefined
      ? undefined
      : FilterAPI.create(
          `aresample=${sampleRate}:async=1:min_hard_comp=0.05:first_pts=0,` +
            "aformat=sample_fmts=fltp:channel_layouts=stereo",
        );
  const send = (frame: Frame | null, which: (track: Track) => boolean): void => {
    for (const { encoder, outputs } of [...tracks.values()].filter(which))
      encode(encoder, frame, (packet) => outputs.forEach(({ muxer, stream }) => muxer.writePacketSync(packet, stream)));
  };
  return {
    needed: () => [...tracks.values()].some(({ isSilent }) => !isSilent),
    async write({ bitrate, silent = false }, muxer) {
      const isSilent = silent || decoder === undefined;
      const key = `${bitrate} ${isSilent}`;
      let track = tracks.get(key);
      if (track === undefined) {
        const encoder = await Encoder.create(FF_ENCODER_AAC, isSilent ? { bitrate } : { bitrate, decoder });
        tracks.set(key, (track = { encoder, isSilent, outputs: [] }));
      }
      track.outputs.push({ muxer, stream: muxer.addStream(track.encoder) });
    },
    sound(frame) {
      hasSound = true;
      for (const resampled of filter?.processAllSync(frame) ?? []) {
        send(resampled, ({ isSilent }) => !isSilent);
        resampled.free();
      }
    },
    silence(seconds) {
      pictureEnd = seconds;
      if (![...tracks.values()].some(({ isSilent }) => isSilent)) return;
      for (; silentBlocks * blockSamples < seconds * sampleRate; silentBlocks++) {
        const frame = blockFrame(silence, silentBlocks);
        send(frame, ({ isSilent }) => isSilent);
        frame.free();
      }
    },
    finish() {
      // Without any sound an output could not even begin: none of it was within the picture.
      for (let block = 0; !hasSound && block * blockSamples < pictureEnd * sampleRate; block++) {
        const frame = blockFrame(silence, block);
        send(frame, ({ isSilent }) => !isSilent);
        frame.free();
      }
      send(null, () => true);
      filter?.close();
      for (const { encoder } of tracks.values()) encoder.close();
    },
  };
}

/** Passes a frame (null: the end) to the encoder and every finished packet to `write`. */
export function encode(encoder: Encoder, frame: Frame | null, write: (packet: Packet) => void): void {
  encoder.encodeSync(frame);
  for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
    write(packet);
    packet.free();
  }
}

async function createVideoEncoder(
  source: Source,
  plan: VideoPlan & { copy: false },
): Promise<{ encoder: Encoder; filter: FilterAPI; size: { width: number; height: number } }> {
  const { frameRate } = source;
  const size = {
    width: plan.width ?? source.video.codecpar.width,
    height: plan.height ?? source.video.codecpar.height,
  };
  const filter = FilterAPI.create(
    `fps=${frameRate.num}/${frameRate.den}:start_time=0,` +
      `scale=${size.width}:${size.height}:flags=bicubic,format=yuv420p`,
  );
  return { encoder: await createH264Encoder(filter, frameRate, plan), filter, size };
}

/** An H.264 encoder of the filter's pictures. */
export function createH264Encoder(
  filter: FilterAPI,
  frameRate: { num: number; den: number },
  plan: VideoPlan & { copy: false },
): Promise<Encoder> {
  return Encoder.create(FF_ENCODER_LIBX264, {
    // Quality-defined, like MediaConvert's QVBR: a still picture costs little, the bound holds in motion.
    maxRate: plan.maxBitrate,
    bufSize: plan.maxBitrate,
    gopSize: Math.round((plan.gopSeconds * frameRate.num) / frameRate.den),
    maxBFrames: 0,
    filter,
    configure(context) {
      context.framerate = new Rational(frameRate.num, frameRate.den);
      setOptions(context, { preset: "veryfast", profile: "main", crf: "23", "x264-params": "scenecut=0:open-gop=0" });
    },
  });
}

/**
 * Sets an encoder's own options. node-av 6.1.1 frees its `options` twice, the second time in the garbage collector,
 * which crashes a long-lived process.
 */
function setOptions(context: CodecContext, options: Record<string, string>): void {
  for (const [name, value] of Object.entries(options))
    FFmpegError.throwIfError(
      context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN),
      `Setting ${name}`,
    );
}

/** FFmpeg's FF_QP2LAMBDA: the unit of its quality scale. */
const lambdaPerScale = 118;

/** A writer of still pictures at regular intervals. */
export function createFrameWriter(folder: string, plan: FramesOutput): Writer & { files: string[] } {
  // JPEG stores full-range colours: without the conversion pictures come out pale.
  const filter = FilterAPI.create(`scale=${plan.width ?? "iw"}:${plan.height ?? -2}:out_range=full,format=yuvj420p`);
  const files: string[] = [];
  const size = { width: 0, height: 0 };
  // FFmpeg's JPEG scale runs from 2 (best) to 31.
  const scale = Math.round(2 + ((100 - plan.quality) / 99) * 29);
  return {
    files,
    size,
    needsPictures: true,
    packet: () => undefined,
    picture(frame) {
      const seconds = (Number(frame.pts) * frame.timeBase.num) / frame.timeBase.den;
      // Half a millisecond of slack: container clocks round.
      if (files.length >= plan.maxCaptures || seconds * 1000 + 0.5 < files.length * plan.everyMs) return;
      for (const scaled of filter.processAllSync(frame)) {
        const file = `${plan.base}.${String(files.length).padStart(7, "0")}.jpg`;
        writeFileSync(
          join(folder, file),
          Encoder.encodeOneSync(FF_ENCODER_MJPEG, scaled, {
            configure: (context) =>
              setOptions(context, { flags: "+qscale", global_quality: String(scale * lambdaPerScale) }),
          }),
        );
        Object.assign(size, { width: scaled.width, height: scaled.height });
        files.push(file);
        scaled.free();
      }
    },
    finish: () => filter.close(),
  };
}

/**
 * The publishing process: decodes the scenes, encodes them as one stream and sends it over RTMP in real time.
 * A separate process, because FFmpeg's network writes block and a refused stream is an FFmpeg error.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Decoder, Demuxer, Encoder, FilterAPI, Muxer } from "node-av/api";
import {
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  AV_PKT_DATA_NEW_EXTRADATA,
  AV_SAMPLE_FMT_FLT,
  EOF,
  FF_ENCODER_AAC,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import { FFmpegError, Frame, Log, Rational } from "node-av/lib";
import { stampClock } from "./clock-code.ts";
import { copyInRealTime } from "./copy.ts";
import type { Programme, PublishReport, Scene } from "./publish.ts";

const sampleRate = 48_000;
const bytesPerSample = 8; // stereo 32-bit floats
const samplesPerFrame = 1024;
/** An encoder that is further behind real time leaves out pictures, in milliseconds. */
const mostBehindMs = 200;

Log.setLevel(AV_LOG_ERROR);
/** The parent's first message. */
const [given] = (await once(process, "message")) as [Programme];
const programme = {
  loop: false,
  width: 1280,
  height: 720,
  frameRate: 30,
  bitrate: 2_500_000,
  preset: "veryfast" as const,
  keyframeSeconds: 2,
  sound: "tone" as const,
  speed: 1,
  prepare: false,
  clock: false,
  ...given,
};
const { frameRate } = programme;
let { width, height } = programme;

let stopping = false;
process.on("SIGTERM", () => (stopping = true));
process.on("disconnect", () => process.exit(1));

function report(message: PublishReport): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

/** Opens a scene's picture or sound: a file, or FFmpeg's own generators. */
async function openSource(scene: Scene, generator: string): Promise<Demuxer> {
  const source = "file" in scene ? await Demuxer.open(scene.file) : await Demuxer.open(generator, { format: "lavfi" });
  if ("file" in scene && scene.fromSeconds !== undefined) source.seekSync(scene.fromSeconds);
  return source;
}

/** A scene's frames at the stream's size and frame rate. */
async function* pictures(scene: Scene): AsyncGenerator<Frame> {
  const source = await openSource(scene, `testsrc2=size=${width}x${height}:rate=${frameRate}`);
  const stream = source.video();
  if (stream === undefined) throw new Error(`${"file" in scene ? scene.file : "the picture"} has no video.`);
  const decoder = await Decoder.create(stream);
  const scale = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const fit = `${scale},pad=${width}:${height}:-1:-1`;
  const filter = FilterAPI.create(`fps=${frameRate},${fit},setsar=1,format=yuv420p`);
  try {
    for (const packet of source.packetsSync(stream.index)) {
      for (const frame of decoder.decodeAllSync(packet)) {
        yield* filter.processAllSync(frame);
        frame.free();
      }
      packet?.free();
    }
    filter.flushSync();
    yield* filter.flushFramesSync();
  } finally {
    filter.close();
    decoder.close();
    source.closeSync();
  }
}

/** A scene's sound as interleaved stereo floats: the file's own, or a tone or silence without end. */
async function* sounds(scene: Scene): AsyncGenerator<Buffer> {
  const generator =
    programme.sound === "tone" ? `sine=frequency=440:sample_rate=${sampleRate}` : `anullsrc=sample_rate=${sampleRate}`;
  let source = await openSource(scene, generator);
  if (source.audio() === undefined) {
    source.closeSync();
    source = await Demuxer.open(generator, { format: "lavfi" });
  }
  const stream = source.audio();
  if (stream === undefined) return;
  const decoder = await Decoder.create(stream);
  const filter = FilterAPI.create(
    `aresample=${sampleRate}:async=1:first_pts=0,aformat=sample_fmts=flt:channel_layouts=stereo`,
  );
  try {
    for (const packet of source.packetsSync(stream.index)) {
      for (const frame of decoder.decodeAllSync(packet)) {
        for (const resampled of filter.processAllSync(frame)) {
          yield resampled.toBuffer().subarray(0, resampled.nbSamples * bytesPerSample);
          resampled.free();
        }
        frame.free();
      }
      packet?.free();
    }
  } finally {
    filter.close();
    decoder.close();
    source.closeSync();
  }
}

/** Reads a scene's sound in exact numbers of samples, with silence after the end of the file. */
class SoundReader {
  #waiting: Buffer = Buffer.alloc(0);
  readonly #source: AsyncGenerator<Buffer>;

  constructor(source: AsyncGenerator<Buffer>) {
    this.#source = source;
  }

  async read(samples: number): Promise<Buffer> {
    const wanted = samples * bytesPerSample;
    while (this.#waiting.length < wanted) {
      const next = await this.#source.next();
      if (next.done === true) break;
      this.#waiting = Buffer.concat([this.#waiting, next.value]);
    }
    const taken = this.#waiting.subarray(0, wanted);
    this.#waiting = this.#waiting.subarray(taken.length);
    return taken.length === wanted ? taken : Buffer.concat([taken, Buffer.alloc(wanted - taken.length)]);
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }
}

/** An encoder takes its size from its first frame. */
function createVideoEncoder(): Promise<Encoder> {
  return Encoder.create(FF_ENCODER_LIBX264, {
    bitrate: programme.bitrate,
    maxRate: programme.bitrate,
    bufSize: programme.bitrate,
    gopSize: Math.round(programme.keyframeSeconds * frameRate),
    maxBFrames: 0,
    options: { preset: programme.preset, profile: "main", "x264-params": "scenecut=0" },
    configure: (context) => (context.framerate = new Rational(frameRate, 1)),
  });
}

let video = await createVideoEncoder();
const audio =
  programme.sound === "none"
    ? undefined
    : await Encoder.create(FF_ENCODER_AAC, { bitrate: 128_000, autoResample: true });

/** The picture's parameter sets have changed: the next packet of its stream says so. */
let reconfigured = false;

/** Sends every finished packet of the encoder. */
function send(muxer: Muxer, encoder: Encoder, stream: number): void {
  for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
    const parameterSets = encoder === video && reconfigured ? encoder.getCodecContext()?.extraData : undefined;
    if (parameterSets !== undefined && parameterSets !== null) {
      FFmpegError.throwIfError(packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, parameterSets), "Changing the size");
      reconfigured = false;
    }
    muxer.writePacketSync(packet, stream);
    packet.free();
  }
}

/** Encodes the programme to an RTMP address or a file, `speed` times faster than real time. */
async function stream(url: string, speed: number, begun: (atMs: number) => Promise<void>): Promise<void> {
  const muxer = await Muxer.open(url, {
    format: "flv",
    useSyncQueue: false,
    useAsyncWrite: false,
    options: { flvflags: "no_duration_filesize" },
  });
  const videoStream = muxer.addStream(video);
  const audioStream = audio === undefined ? -1 : muxer.addStream(audio);
  let frames = 0;
  let samples = 0;
  let begin = 0;
  const nowMs = (): number => (frames * 1000) / frameRate;

  const sendSound = async (reader: SoundReader, until: number): Promise<void> => {
    while (audio !== undefined && samples < until) {
      const bytes = await reader.read(samplesPerFrame);
      const frame = Frame.fromAudioBuffer(bytes, {
        nbSamples: samplesPerFrame,
        format: AV_SAMPLE_FMT_FLT,
        sampleRate,
        channelLayout: AV_CHANNEL_LAYOUT_STEREO,
        pts: BigInt(samples),
        timeBase: { num: 1, den: sampleRate },
      });
      audio.encodeSync(frame);
      frame.free();
      send(muxer, audio, audioStream);
      samples += samplesPerFrame;
    }
  };

  const resize = async (size: { width: number; height: number }): Promise<void> => {
    video.encodeSync(null);
    send(muxer, video, videoStream);
    video.close();
    ({ width, height } = size);
    video = await createVideoEncoder();
    video.setCodecFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    reconfigured = true;
  };

  const play = async (scene: Scene, index: number): Promise<void> => {
    if ("picture" in scene && scene.size !== undefined) await resize(scene.size);
    const startMs = nowMs();
    const limit = scene.seconds === undefined ? Infinity : frames + Math.round(scene.seconds * frameRate);
    const sound = new SoundReader(sounds(scene));
    for await (const picture of pictures(scene)) {
      if (stopping || frames >= limit) {
        picture.free();
        break;
      }
      if (begin === 0) {
        begin = Date.now();
        await begun(begin);
      }
      const ahead = begin + nowMs() / speed - Date.now();
      if (ahead > 1) await sleep(ahead);
      if (speed === 1 && ahead < -mostBehindMs) picture.free();
      else {
        const frame = programme.clock ? stamped(picture) : picture;
        frame.pts = BigInt(frames);
        frame.timeBase = new Rational(1, frameRate);
        video.encodeSync(frame);
        frame.free();
        send(muxer, video, videoStream);
      }
      frames += 1;
      await sendSound(sound, Math.round((frames * sampleRate) / frameRate));
    }
    await sound.close();
    await report({ type: "scene", index, startMs, endMs: nowMs() });
  };

  do {
    for (const [index, scene] of programme.scenes.entries()) if (!stopping) await play(scene, index);
  } while (programme.loop && !stopping);
  for (const [encoder, index] of [
    [video, videoStream],
    [audio, audioStream],
  ] as const) {
    encoder?.encodeSync(null);
    if (encoder !== undefined) send(muxer, encoder, index);
  }
  muxer.closeSync();
}

/** Returns the frame with the wall clock in its corner. */
function stamped(frame: Frame): Frame {
  const pixels = frame.toBuffer();
  frame.free();
  stampClock(pixels, width, height, Date.now());
  return Frame.fromVideoBuffer(pixels, {
    width,
    height,
    format: AV_PIX_FMT_YUV420P,
    sampleAspectRatio: { num: 1, den: 1 },
  });
}

/** The same in two steps, where encoding must not delay the stream. */
async function prepareAndStream(begun: (atMs: number) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "programme-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "programme.flv");
  await stream(file, Infinity, async () => undefined);
  await copyInRealTime(file, programme.url, { begun, isStopping: () => stopping });
}

try {
  const begun = (at: number): Promise<void> => report({ type: "started", at });
  await (programme.prepare ? prepareAndStream(begun) : stream(programme.url, programme.speed, begun));
  await report({ type: "done" });
} catch (cause) {
  await report({ type: "failed", message: cause instanceof Error ? cause.message : String(cause) });
} finally {
  video.close();
  audio?.close();
}
// FFmpeg's worker threads must not outlive its objects: exit at once.
process.exit(0);

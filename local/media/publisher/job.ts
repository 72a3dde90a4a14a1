/**
 * The publishing process: decodes the scenes, encodes them as one stream and sends it over RTMP in real time.
 * A separate process, because FFmpeg's network writes block and a refused stream is an FFmpeg error.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Encoder, Muxer } from "node-av/api";
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
import { FFmpegError, Frame, Log, Rational, type Packet } from "node-av/lib";
import { stampClock } from "./clock-code.ts";
import { copyInRealTime } from "./copy.ts";
import type { Programme, PublishReport, Scene } from "./publish.ts";
import { pictures, sampleRate, SoundReader, sounds } from "./scene-source.ts";

const samplesPerFrame = 1024;
/** An encoder that is further behind real time leaves out pictures, in milliseconds. */
const mostBehindMs = 200;
/** The share of its pictures that may be missing where a loop is sent again as it was encoded the first time. */
const mostLeftOut = 0.05;

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
  clock: false as const,
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

/** The time of a packet from the first picture. */
function timeMs({ dts, timeBase: { num, den } }: Packet): number {
  return (Number(dts) * 1000 * num) / den;
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

/** A packet of the programme, and when an encoder in real time has it, in milliseconds from the first picture. */
interface Encoded {
  packet: Packet;
  stream: number;
  atMs: number;
}

/**
 * Encodes the programme to an RTMP address or a file, `speed` times faster than real time. Returns how long the encoder
 * kept pictures, in milliseconds.
 */
async function stream(url: string, speed: number, begun: (atMs: number) => Promise<void>): Promise<number> {
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

  let delayMs = 0;
  /** Pictures that an encoder behind real time left out. */
  let leftOut = 0;
  /** What is encoded, to be sent again: not if much is left out of it, nor if its size changes. */
  let kept: Encoded[] | undefined =
    programme.loop && !programme.scenes.some((scene) => "size" in scene) ? [] : undefined;
  const played: { index: number; startMs: number; endMs: number }[] = [];
  /** The last time sent of each stream, in its time base. */
  const sentUntil = [-1n, -1n];

  const write = (packet: Packet, index: number): void => {
    // The first sound of a repetition is about the last one's end.
    if (packet.dts <= sentUntil[index]!) return;
    sentUntil[index] = packet.dts;
    muxer.writePacketSync(packet, index);
  };

  /** Sends and keeps every finished packet of the encoder. */
  const take = (encoder: Encoder, index: number): void => {
    for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
      const parameterSets = encoder === video && reconfigured ? encoder.getCodecContext()?.extraData : undefined;
      if (parameterSets !== undefined && parameterSets !== null) {
        FFmpegError.throwIfError(packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, parameterSets), "Changing the size");
        reconfigured = false;
      }
      const copy = kept === undefined ? null : packet.clone();
      if (copy !== null) kept?.push({ packet: copy, stream: index, atMs: nowMs() });
      if (index === videoStream) delayMs = Math.max(delayMs, nowMs() - timeMs(packet));
      write(packet, index);
      packet.free();
    }
  };

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
      take(audio, audioStream);
      samples += samplesPerFrame;
    }
  };

  const resize = async (size: { width: number; height: number }): Promise<void> => {
    video.encodeSync(null);
    take(video, videoStream);
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
    const sound = new SoundReader(sounds(scene, programme.sound));
    for await (const picture of pictures(scene, { width, height, frameRate })) {
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
      if (speed === 1 && ahead < -mostBehindMs) {
        picture.free();
        leftOut += 1;
      } else {
        const { startAt } = programme;
        const clockMs = startAt === undefined ? Date.now() : Math.round(startAt + nowMs());
        const frame =
          programme.clock === false ? picture : stamped(picture, programme.clock === "count" ? frames : clockMs);
        frame.pts = BigInt(frames);
        frame.timeBase = new Rational(1, frameRate);
        video.encodeSync(frame);
        frame.free();
        take(video, videoStream);
      }
      frames += 1;
      await sendSound(sound, Math.round((frames * sampleRate) / frameRate));
    }
    await sound.close();
    played.push({ index, startMs, endMs: nowMs() });
    await report({ type: "scene", index, startMs, endMs: nowMs() });
  };

  const flush = (): void => {
    for (const [encoder, index] of [
      [video, videoStream],
      [audio, audioStream],
    ] as const) {
      encoder?.encodeSync(null);
      if (encoder !== undefined) take(encoder, index);
    }
  };

  const encodeAll = async (): Promise<void> => {
    for (const [index, scene] of programme.scenes.entries()) if (!stopping) await play(scene, index);
  };

  /** Sends what was encoded, `shiftMs` later than it was: costs next to nothing. */
  const sendKept = async (packets: readonly Encoded[], shiftMs: number): Promise<void> => {
    for (const { packet, stream: index, atMs } of packets) {
      if (stopping) return;
      const ahead = begin + (atMs + shiftMs) / speed - Date.now();
      if (ahead > 1) await sleep(ahead);
      const copy = packet.clone();
      if (copy === null) continue;
      const { num, den } = packet.timeBase;
      const shift = BigInt(Math.round((shiftMs * den) / (1000 * num)));
      copy.pts += shift;
      copy.dts += shift;
      write(copy, index);
      copy.free();
    }
    for (const { index, startMs, endMs } of played)
      await report({ type: "scene", index, startMs: startMs + shiftMs, endMs: endMs + shiftMs });
  };

  await encodeAll();
  const lengthMs = nowMs();
  if (leftOut > frames * mostLeftOut) {
    for (const { packet } of kept ?? []) packet.free();
    kept = undefined;
  }
  if (kept === undefined) while (programme.loop && !stopping) await encodeAll();
  flush();
  for (let pass = 1; programme.loop && !stopping; pass++) await sendKept(kept ?? [], pass * lengthMs);
  muxer.closeSync();
  return delayMs;
}

/** The same in two steps, where encoding must not delay the stream. */
async function prepareAndStream(begun: (atMs: number) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "programme-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "programme.flv");
  const delayMs = await stream(file, Infinity, async () => undefined);
  const { startAt } = programme;
  const waitMs = startAt === undefined ? 0 : startAt - Date.now();
  if (waitMs < 0) throw new Error("encoding took longer than until the time at which the stream starts.");
  await sleep(waitMs);
  // An encoder in real time has each packet so much later than its picture.
  await copyInRealTime(file, programme.url, { startAt, delayMs, begun, isStopping: () => stopping });
}

/** Returns the frame with a time, or its number, in its corner. */
function stamped(frame: Frame, number: number): Frame {
  const pixels = frame.toBuffer();
  frame.free();
  stampClock(pixels, width, height, number);
  return Frame.fromVideoBuffer(pixels, {
    width,
    height,
    format: AV_PIX_FMT_YUV420P,
    sampleAspectRatio: { num: 1, den: 1 },
  });
}

try {
  const begun = (at: number): Promise<void> => report({ type: "started", at });
  if (programme.prepare) await prepareAndStream(begun);
  else await stream(programme.url, programme.speed, begun);
  await report({ type: "done" });
} catch (cause) {
  await report({ type: "failed", message: cause instanceof Error ? cause.message : String(cause) });
} finally {
  video.close();
  audio?.close();
}
// FFmpeg's worker threads must not outlive its objects: exit at once.
process.exit(0);

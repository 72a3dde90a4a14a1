import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Decoder, FilterAPI, Muxer, type Encoder } from "node-av/api";
import { Rational, type Frame, type Packet } from "node-av/lib";
import { sampleRate } from "../stereo-block.ts";
import { createJoinedSound, type JoinedSound } from "./joined-sound.ts";
import type { AssemblyPart, AssemblyPlan, ConvertResult, FrameCount } from "./plan.ts";
import { openSource, type Source } from "./source.ts";
import { createH264Encoder, encode } from "./writers.ts";

/** The file that is being made. */
interface Target {
  muxer: Muxer;
  encoder: Encoder;
  stream: number;
  sound: JoinedSound | undefined;
  frameRate: Rational;
  width: number;
  height: number;
  /** So far. */
  frames: number;
}

/** An open part with the frames that it takes, the last one excluded. */
interface OpenPart {
  part: AssemblyPart;
  source: Source;
  from: number;
  to: number;
}

/**
 * Makes one MP4 of parts of files, frame by frame: every part begins and ends with exactly the frames that it names.
 * Throws a readable error for a part that its file doesn't have.
 */
export async function assemble(plan: AssemblyPlan, report: (percent: number) => Promise<void>): Promise<ConvertResult> {
  const file = join(plan.folder, plan.path);
  mkdirSync(dirname(file), { recursive: true });
  let target: Target | undefined;
  let percent = 0;
  for (const [index, part] of plan.parts.entries()) {
    const source = await openSource(part.input);
    const open = { part, source, ...framesOf(part, source) };
    const filter = FilterAPI.create(pictureFilter(open, target ?? sizeOf(plan, open)));
    target ??= await createTarget(file, plan, open, filter);
    await addPart(target, open, filter, async (fraction) => {
      const now = Math.floor((100 * (index + Math.min(fraction, 1))) / plan.parts.length);
      if (now >= percent + 10) await report((percent = Math.min(now, 99)));
    });
    source.close();
  }
  if (target === undefined) throw new Error("There is nothing to assemble.");
  const { muxer, encoder, stream, sound, frames, width, height } = target;
  encode(encoder, null, (packet) => muxer.writePacketSync(packet, stream));
  sound?.finish();
  muxer.closeSync();
  encoder.close();
  const frameRate = rateOf(target.frameRate);
  const durationMs = Math.round((frames / frameRate) * 1000);
  const averageBitrate = Math.round((statSync(file).size * 8000) / Math.max(durationMs, 1));
  return {
    durationMs,
    source: { width, height, frameRate },
    outputs: [{ renditions: [{ modifier: "", path: plan.path, width, height, averageBitrate }], files: [plan.path] }],
  };
}

/** The frames of a part, whose timecodes count as many frames a second as its file's rate, rounded. */
function framesOf({ from, to }: AssemblyPart, source: Source): { from: number; to: number } {
  const nominal = Math.round(rateOf(source.frameRate));
  const index = (at: FrameCount): number => {
    if (at.frames < nominal) return at.seconds * nominal + at.frames;
    throw new Error(`A timecode counts frame ${at.frames} of a second, and the file has ${nominal} frames a second.`);
  };
  // The last frame of a timecode range is part of it.
  const range = { from: from === undefined ? 0 : index(from), to: to === undefined ? Infinity : index(to) + 1 };
  if (range.from >= range.to) throw new Error("A clip of an input ends before it starts.");
  return range;
}

/** Even, as H.264 in 4:2:0 needs it. */
function sizeOf({ video }: AssemblyPlan, { part, source }: OpenPart): { width: number; height: number } {
  const { width, height } = part.crop ?? source.video.codecpar;
  return { width: video.width ?? width - (width % 2), height: video.height ?? height - (height % 2) };
}

/** Other shapes are fitted into the output's and padded, as MediaConvert does by default. */
function pictureFilter(
  { part: { crop }, source }: OpenPart,
  { width, height, frameRate = source.frameRate }: { width: number; height: number; frameRate?: Rational },
): string {
  const { width: sourceWidth, height: sourceHeight } = source.video.codecpar;
  if (crop !== undefined && (crop.x + crop.width > sourceWidth || crop.y + crop.height > sourceHeight))
    throw new Error(`A crop rectangle reaches beyond the picture of ${sourceWidth}x${sourceHeight}.`);
  return [
    ...(crop === undefined ? [] : [`crop=${crop.width}:${crop.height}:${crop.x}:${crop.y}`]),
    `fps=${frameRate.num}/${frameRate.den}:start_time=0`,
    `scale=${width}:${height}:flags=bicubic:force_original_aspect_ratio=decrease`,
    `pad=${width}:${height}:-1:-1`,
    "setsar=1",
    "format=yuv420p",
  ].join(",");
}

async function createTarget(file: string, plan: AssemblyPlan, first: OpenPart, filter: FilterAPI): Promise<Target> {
  const { frameRate } = first.source;
  const muxer = await Muxer.open(file, {
    format: "mp4",
    useSyncQueue: false,
    useAsyncWrite: false,
    options: { movflags: "+faststart" },
  });
  const encoder = await createH264Encoder(filter, frameRate, plan.video);
  const stream = muxer.addStream(encoder);
  const sound = plan.audio === undefined ? undefined : await createJoinedSound(muxer, plan.audio.bitrate);
  const rate = new Rational(frameRate.num, frameRate.den);
  return { muxer, encoder, stream, sound, frameRate: rate, ...sizeOf(plan, first), frames: 0 };
}

async function addPart(
  target: Target,
  { part, source, from, to }: OpenPart,
  filter: FilterAPI,
  progress: (fraction: number) => Promise<void>,
): Promise<void> {
  const { muxer, encoder, stream, sound } = target;
  const rate = rateOf(source.frameRate);
  const end = Math.min(to, (source.durationMs / 1000) * rate);
  const startSeconds = target.frames / rateOf(target.frameRate);
  const { audio } = source;
  const pictures = await Decoder.create(source.video, { threadCount: 2, exitOnError: false });
  const ear =
    audio === undefined || sound === undefined || !part.hasSound
      ? undefined
      : { decoder: await Decoder.create(audio, { exitOnError: false }), filter: soundFilter(from / rate) };
  const taken = { frames: 0 };
  const write = (frame: Frame): void => {
    frame.timeBase = new Rational(target.frameRate.den, target.frameRate.num);
    frame.pts = BigInt(target.frames++);
    frame.duration = 1n;
    encode(encoder, frame, (packet) => muxer.writePacketSync(packet, stream));
    frame.free();
    // Keeps up with the picture, as the muxer waits for both.
    if (ear === undefined) sound?.fill(target.frames / rateOf(target.frameRate));
  };
  const see = (packet: Packet | null): void => {
    for (const frame of pictures.decodeAllSync(packet)) {
      const index = Math.round(secondsOf(frame.pts, source.video.timeBase) * rate);
      if (index >= from && index < to) {
        frame.timeBase = new Rational(source.frameRate.den, source.frameRate.num);
        frame.pts = BigInt(index - from);
        frame.duration = 1n;
        taken.frames++;
        for (const ready of filter.processAllSync(frame)) write(ready);
      }
      frame.free();
    }
  };
  const hear = (packet: Packet | null): void => {
    if (ear === undefined || sound === undefined) return;
    for (const frame of ear.decoder.decodeAllSync(packet)) {
      for (const ready of ear.filter.processAllSync(frame)) {
        sound.add(ready);
        ready.free();
      }
      frame.free();
    }
  };

  sound?.until(startSeconds + (end - from) / rate);
  let waiting: Packet[] = [];
  let isReached = false;
  for (const packet of source.packets()) {
    const isVideo = packet.streamIndex === source.video.index;
    const base = isVideo ? source.video.timeBase : (audio?.timeBase ?? source.video.timeBase);
    const seconds = secondsOf(packet.pts, base);
    // Nothing before the key frame that the first wanted frame needs is decoded.
    if (isVideo && packet.isKeyframe && seconds * rate <= from + 0.5 && !isReached) {
      const isNeeded = ({ streamIndex, pts }: Packet): boolean =>
        streamIndex === audio?.index && secondsOf(pts, audio.timeBase) * rate > from - rate / 10;
      const needed = waiting.filter(isNeeded);
      for (const old of waiting) if (!needed.includes(old)) old.free();
      waiting = needed;
    }
    waiting.push(packet);
    isReached ||= isVideo && seconds * rate > from - 0.5;
    if (!isReached) continue;
    for (const next of waiting) {
      if (next.streamIndex === source.video.index) see(next);
      else hear(next);
      next.free();
    }
    waiting = [];
    await progress((seconds * rate - from) / (end - from));
    // Decoders hold a few frames back, and files interleave loosely: a second more is enough.
    if (seconds * rate > to + rate) break;
  }
  for (const old of waiting) old.free();
  see(null);
  if (taken.frames === 0) throw new Error("A clip of an input starts after the input's end.");
  filter.flushSync();
  for (const ready of filter.flushFramesSync()) write(ready);
  hear(null);
  if (ear !== undefined && sound !== undefined) {
    ear.filter.flushSync();
    for (const ready of ear.filter.flushFramesSync()) {
      sound.add(ready);
      ready.free();
    }
  }
  // What the file lacked is not in the output: sound ends with the last picture.
  const endSeconds = target.frames / rateOf(target.frameRate);
  sound?.until(endSeconds);
  sound?.fill(endSeconds);
  pictures.close();
  ear?.decoder.close();
  ear?.filter.close();
  filter.close();
}

/** Sound from a time on, which becomes zero, without holes. */
function soundFilter(from: number): FilterAPI {
  return FilterAPI.create(
    `atrim=start=${from},asetpts=PTS-${from}/TB,` +
      `aresample=${sampleRate}:async=1:min_hard_comp=0.05:first_pts=0,` +
      "aformat=sample_fmts=fltp:channel_layouts=stereo",
  );
}

function secondsOf(pts: bigint, { num, den }: { num: number; den: number }): number {
  return (Number(pts) * num) / den;
}

function rateOf({ num, den }: { num: number; den: number }): number {
  return num / den;
}

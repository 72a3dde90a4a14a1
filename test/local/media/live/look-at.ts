/**
 * Looks at what a recording shows and lets hear. A process of its own, as FFmpeg's objects don't survive the garbage
 * collector of a test run.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Decoder, Demuxer } from "node-av/api";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log, type Frame } from "node-av/lib";
import { readClock } from "../../../../local/media/publisher/clock-code.ts";

/** What there is to see and hear; times in seconds. */
export interface Look {
  width: number;
  height: number;
  pictures: {
    at: number;
    /** Mean brightness, 0–255, of the left and right tenth of the picture, and of its middle. */
    edges: number;
    middle: number;
    /** Above 1: neighbouring lines differ more than every other line, as in combed pictures. */
    comb: number;
    /** The number that is burned into it: see `readClock`. */
    clockMs: number;
  }[];
  /** The wall clock that is burned into the first picture, epoch milliseconds: see `readClock`. */
  clockMs: number;
  /** Likewise, in the last picture. */
  lastClockMs: number;
  /** Where the sound is not silent. */
  loud: [from: number, to: number][];
  /** Where the sound track begins and ends. */
  sound: [from: number, to: number];
}

/** Looks at a whole file. */
export async function lookAt(file: string): Promise<Look> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, file], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Look;
}

async function look(file: string): Promise<Look> {
  Log.setLevel(AV_LOG_ERROR);
  const input = await Demuxer.open(file);
  const [video, audio] = [input.video()!, input.audio()];
  const result: Look = {
    width: video.codecpar.width,
    height: video.codecpar.height,
    pictures: [],
    clockMs: 0,
    lastClockMs: 0,
    loud: [],
    sound: [Infinity, -Infinity],
  };
  const decoders = await Promise.all(
    [video, audio]
      .flatMap((stream) => (stream === undefined ? [] : [stream]))
      .map(async (stream) => ({
        stream,
        decoder: await Decoder.create(stream, { threadCount: 1 }),
      })),
  );
  for (const packet of input.packetsSync()) {
    for (const { stream, decoder } of decoders) {
      if (packet !== null && packet.streamIndex !== stream.index) continue;
      for (const frame of decoder.decodeAllSync(packet)) {
        const { num, den } = stream.timeBase;
        if (stream === video) {
          result.lastClockMs = clockOf(frame);
          if (result.pictures.length === 0) result.clockMs = result.lastClockMs;
          result.pictures.push({
            at: (Number(frame.pts) * num) / den,
            clockMs: result.lastClockMs,
            ...pictureOf(frame),
          });
        } else hear(result, frame, Number(frame.pts) / frame.sampleRate);
        frame.free();
      }
    }
    packet?.free();
  }
  return result;
}

function clockOf(frame: Frame): number {
  const [luma, stride] = [frame.data![0]!, frame.linesize[0]!];
  const rows = Array.from({ length: frame.height }, (_, y) => luma.subarray(y * stride, y * stride + frame.width));
  return readClock(Buffer.concat(rows), frame.width);
}

function pictureOf(frame: Frame): { edges: number; middle: number; comb: number } {
  const luma = frame.data![0]!;
  const stride = frame.linesize[0]!;
  const { width, height } = frame;
  const tenth = Math.floor(width / 10);
  const mean = (from: number, to: number): number => {
    let sum = 0;
    for (let y = 0; y < height; y++) for (let x = from; x < to; x++) sum += luma[y * stride + x]!;
    return sum / (height * (to - from));
  };
  let [next, afterNext] = [0, 0];
  for (let y = 0; y + 2 < height; y++)
    for (let x = 0; x < width; x++) {
      const here = luma[y * stride + x]!;
      next += Math.abs(here - luma[(y + 1) * stride + x]!);
      afterNext += Math.abs(here - luma[(y + 2) * stride + x]!);
    }
  return {
    edges: (mean(0, tenth) + mean(width - tenth, width)) / 2,
    middle: mean(4 * tenth, 6 * tenth),
    comb: next / Math.max(1, afterNext),
  };
}

function hear(result: Look, frame: Frame, at: number): void {
  const plane = frame.data![0]!;
  const end = at + frame.nbSamples / frame.sampleRate;
  result.sound = [Math.min(result.sound[0], at), Math.max(result.sound[1], end)];
  let peak = 0;
  for (let i = 0; i < frame.nbSamples; i++) peak = Math.max(peak, Math.abs(plane.readFloatLE(4 * i)));
  if (peak < 0.01) return;
  const last = result.loud.at(-1);
  if (last !== undefined && at - last[1] < 0.03) last[1] = end;
  else result.loud.push([at, end]);
}

if (import.meta.main) {
  const result = await look(process.argv[2] ?? "");
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

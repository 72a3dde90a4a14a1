import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { Decoder, Demuxer } from "node-av/api";
import { AV_LOG_ERROR, AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { Log } from "node-av/lib";

/** One track of a media file, measured packet by packet. Times in seconds. */
export interface TrackProbe {
  /** Pixels; 0 for audio. */
  width: number;
  height: number;
  start: number;
  end: number;
  packets: number;
  /** Decoded video frames or audio blocks. */
  frames: number;
  keyframes: number[];
}

/** The tracks of a media file. */
export interface Probe {
  video?: TrackProbe;
  sound?: TrackProbe;
}

/**
 * Reads and decodes a whole file in a separate process: FFmpeg's native objects don't survive the garbage collector
 * of a test run.
 */
export async function probe(file: string): Promise<Probe> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, file]);
  return JSON.parse(stdout) as Probe;
}

/** Process ids of the processes that run this script and that this process has started. */
export function childPids(script: "live/job.ts" | "publisher/job.ts" | "convert/job.ts"): number[] {
  return readdirSync("/proc/self/task")
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" "))
    .filter(Boolean)
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(script));
}

async function measure(file: string): Promise<Probe> {
  Log.setLevel(AV_LOG_ERROR);
  const input = await Demuxer.open(file);
  const result: Probe = {};
  const tracks = await Promise.all(
    input.streams.map(async (stream) => {
      const { width, height, codecType } = stream.codecpar;
      const track: TrackProbe = { width, height, start: Infinity, end: 0, packets: 0, frames: 0, keyframes: [] };
      if (codecType === AVMEDIA_TYPE_VIDEO) result.video = track;
      else result.sound = track;
      return { track, decoder: await Decoder.create(stream, { threadCount: 1 }) };
    }),
  );
  for (const packet of input.packetsSync()) {
    for (const { track, decoder } of packet === null ? tracks : [tracks[packet.streamIndex]!]) {
      if (packet !== null) {
        const unit = packet.timeBase.num / packet.timeBase.den;
        const at = Number(packet.pts) * unit;
        Object.assign(track, {
          start: Math.min(track.start, at),
          end: Math.max(track.end, at + Number(packet.duration) * unit),
          packets: track.packets + 1,
        });
        if (packet.isKeyframe) track.keyframes.push(at);
      }
      for (const frame of decoder.decodeAllSync(packet)) {
        track.frames += 1;
        frame.free();
      }
    }
    packet?.free();
  }
  return result;
}

if (import.meta.main) {
  const result = await measure(process.argv[2] ?? "");
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

import { readdirSync, readFileSync } from "node:fs";
import { Decoder, Demuxer } from "node-av/api";
import { AV_LOG_ERROR } from "node-av/constants";
import { Log } from "node-av/lib";

Log.setLevel(AV_LOG_ERROR);

/** What a media file holds, measured packet by packet. Times in seconds. */
export interface Probe {
  width: number;
  height: number;
  video: { start: number; end: number; packets: number; keyframes: number[]; /** Mean luma of each decoded frame. */ luma: number[] };
  sound?: { start: number; end: number; /** Loudest sample of each packet's worth of sound. */ peaks: { at: number; peak: number }[] };
}

/** Reads and decodes a whole file. */
export async function probe(file: string): Promise<Probe> {
  const input = await Demuxer.open(file);
  const video = input.video()!;
  const audio = input.audio();
  const decoder = await Decoder.create(video, { threadCount: 1 });
  const soundDecoder = audio === undefined ? undefined : await Decoder.create(audio);
  const result: Probe = { width: video.codecpar.width, height: video.codecpar.height, video: { start: Infinity, end: 0, packets: 0, keyframes: [], luma: [] }, ...(audio === undefined ? {} : { sound: { start: Infinity, end: 0, peaks: [] } }) };
  for (const packet of input.packetsSync()) {
    if (packet === null) break;
    const unit = packet.timeBase.num / packet.timeBase.den;
    const at = Number(packet.pts) * unit;
    const end = at + Number(packet.duration) * unit;
    if (packet.streamIndex === video.index) {
      Object.assign(result.video, { start: Math.min(result.video.start, at), end: Math.max(result.video.end, end), packets: result.video.packets + 1 });
      if (packet.isKeyframe) result.video.keyframes.push(at);
      for (const frame of decoder.decodeAllSync(packet)) {
        const luma = frame.toBuffer().subarray(0, frame.width * frame.height);
        result.video.luma.push(luma.reduce((sum, value) => sum + value, 0) / luma.length);
        frame.free();
      }
    } else if (result.sound !== undefined && soundDecoder !== undefined) {
      Object.assign(result.sound, { start: Math.min(result.sound.start, at), end: Math.max(result.sound.end, end) });
      for (const frame of soundDecoder.decodeAllSync(packet)) {
        const samples = new Float32Array(frame.toBuffer().buffer.slice(0));
        result.sound.peaks.push({ at, peak: samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0) });
        frame.free();
      }
    }
    packet.free();
  }
  decoder.close();
  soundDecoder?.close();
  await input.close();
  return result;
}

/** Process ids of the encoding processes that this process has started. */
export function encoderPids(): number[] {
  return readdirSync("/proc/self/task")
    .flatMap((thread) => readFileSync(`/proc/self/task/${thread}/children`, "utf8").split(" "))
    .filter(Boolean)
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("live-job.ts"));
}

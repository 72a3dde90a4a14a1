/**
 * The converting process: for each request reads its input once, decodes it at most once, and feeds every output of the
 * plan. It does nothing else, so it uses FFmpeg's synchronous calls: asynchronous hops cost a quarter of the CPU time.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { basename, dirname, join } from "node:path";
import { Decoder, type Demuxer } from "node-av/api";
import { AV_LOG_ERROR } from "node-av/constants";
import { avGetCodecName, Log, type Stream } from "node-av/lib";
import { multivariantPlaylist } from "../../../hls/multivariant-playlist.ts";
import { formatTimecode, readTimecode, type Timecode } from "../timecode-sei.ts";
import { averageSegmentBitrate, peakSegmentBitrate } from "../../../hls/segment-bitrate.ts";
import { assemble } from "./assemble.ts";
import { avcCodec } from "./avc-codec.ts";
import type {
  AssemblyPlan,
  ConvertOutput,
  ConvertPlan,
  ConvertReport,
  ConvertRequest,
  ConvertResult,
  MediaDescription,
  OutputResult,
} from "./plan.ts";
import { openMedia, openSource, type Source } from "./source.ts";
import {
  createFrameWriter,
  createMediaWriter,
  createSoundEncoders,
  type SoundEncoders,
  type Writer,
} from "./writers.ts";

Log.setLevel(AV_LOG_ERROR);
// A killed process would not write the cache of compiled code.
flushCompileCache();
process.on("disconnect", () => process.exit(1));
// One request at a time: the parent waits for the answer before it sends the next.
process.on("message", (request: ConvertRequest) => {
  run(request)
    .then(report, (cause: unknown) =>
      report({ kind: "failed", message: cause instanceof Error ? cause.message : String(cause) }),
    )
    .catch(() => process.exit(1));
});

function run(request: ConvertRequest): Promise<ConvertReport> {
  switch (request.kind) {
    case "convert":
      return runPlan(request.plan);
    case "assemble":
      return runAssembly(request.plan);
    case "probe":
      return describe(request.file);
  }
}

function report(message: ConvertReport): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

async function runAssembly(plan: AssemblyPlan): Promise<ConvertReport> {
  const cpuBefore = process.cpuUsage();
  const result = await assemble(plan, (percent) => report({ kind: "progress", percent }));
  const cpu = process.cpuUsage(cpuBefore);
  return { kind: "converted", result, cpuMs: Math.round((cpu.user + cpu.system) / 1000) };
}

async function runPlan(plan: ConvertPlan): Promise<ConvertReport> {
  const cpuBefore = process.cpuUsage();
  const source = await openSource(plan.input);
  const pictures = await Decoder.create(source.video, { threadCount: 2, exitOnError: false });
  const sounds = source.audio === undefined ? undefined : await Decoder.create(source.audio, { exitOnError: false });
  const outputs = [];
  const soundEncoders = createSoundEncoders(sounds);
  for (const output of plan.outputs) outputs.push(await createOutput(source, soundEncoders, plan.folder, output));
  const writers = outputs.flatMap((output) => output.writers);
  const needsPictures = writers.some((writer) => writer.needsPictures);
  let frames = 0;
  let endSeconds = 0;
  let percent = 0;

  const decode = (packet: Parameters<Decoder["decodeAllSync"]>[0], isVideo: boolean): void => {
    const decoder = isVideo ? pictures : sounds;
    if (decoder === undefined || !(isVideo ? needsPictures : soundEncoders.needed())) return;
    for (const frame of decoder.decodeAllSync(packet)) {
      if (isVideo) for (const writer of writers) writer.picture(frame);
      else soundEncoders.sound(frame);
      frame.free();
    }
  };
  for (const packet of source.packets()) {
    const isVideo = packet.streamIndex === source.video.index;
    for (const writer of writers) writer.packet(packet, isVideo);
    if (isVideo) {
      frames += 1;
      const { num, den } = source.video.timeBase;
      endSeconds = Math.max(endSeconds, ((Number(packet.pts) + Number(packet.duration)) * num) / den);
      soundEncoders.silence(endSeconds);
    }
    decode(packet, isVideo);
    packet.free();
    const now = Math.floor((endSeconds * 100_000) / Math.max(source.durationMs, 1));
    if (now >= percent + 10) await report({ kind: "progress", percent: (percent = Math.min(now, 99)) });
  }
  if (frames === 0) throw new Error("The file has no video that can be decoded.");
  decode(null, true);
  decode(null, false);
  soundEncoders.finish();
  for (const writer of writers) writer.finish();
  pictures.close();
  sounds?.close();
  const { width, height } = source.video.codecpar;
  const frameRate = source.frameRate.num / source.frameRate.den;
  source.close();
  // A last packet without a duration lasts as long as any other frame.
  const durationMs = Math.round(Math.max(endSeconds, frames / frameRate) * 1000);
  const result: ConvertResult = {
    durationMs,
    source: { width, height, frameRate },
    outputs: outputs.map((output) => output.result(durationMs)),
  };
  const cpu = process.cpuUsage(cpuBefore);
  return { kind: "converted", result, cpuMs: Math.round((cpu.user + cpu.system) / 1000) };
}

interface OpenOutput {
  writers: Writer[];
  result(durationMs: number): OutputResult;
}

async function createOutput(
  source: Source,
  sounds: SoundEncoders,
  folder: string,
  output: ConvertOutput,
): Promise<OpenOutput> {
  const bitrate = (bytes: number, durationMs: number): number => Math.round((bytes * 8000) / Math.max(durationMs, 1));
  const make = (path: string): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    return join(folder, path);
  };
  switch (output.kind) {
    case "mp4": {
      const writer = await createMediaWriter(source, sounds, {
        file: make(output.path),
        format: "mp4",
        options: { movflags: "+faststart" },
        video: output.video,
        ...(output.audio === undefined ? {} : { audio: output.audio }),
      });
      return {
        writers: [writer],
        result: (durationMs) => ({
          renditions: [
            {
              modifier: "",
              path: output.path,
              ...writer.size,
              averageBitrate: bitrate(statSync(join(folder, output.path)).size, durationMs),
            },
          ],
          files: [output.path],
        }),
      };
    }
    case "frames": {
      make(output.base);
      const writer = createFrameWriter(folder, output);
      return {
        writers: [writer],
        result: () => ({
          renditions: [{ modifier: "", path: writer.files.at(-1) ?? output.base, ...writer.size, averageBitrate: 0 }],
          files: writer.files,
        }),
      };
    }
    case "hls": {
      const renditions: { modifier: string; playlist: string; writer: Writer; hasSound: boolean }[] = [];
      for (const { modifier, video, audio } of output.renditions) {
        const playlist = `${output.base}${modifier}.m3u8`;
        const writer = await createMediaWriter(source, sounds, {
          file: make(playlist),
          format: "hls",
          options: {
            hls_time: output.segmentSeconds,
            hls_playlist_type: "vod",
            hls_flags: "independent_segments",
            hls_segment_filename: join(folder, `${output.base}${modifier}_%05d.ts`),
            start_number: 1,
          },
          video,
          ...(audio === undefined ? {} : { audio }),
        });
        renditions.push({
          modifier,
          playlist,
          writer,
          hasSound: audio !== undefined && (source.audio !== undefined || !audio.copy),
        });
      }
      return {
        writers: renditions.map(({ writer }) => writer),
        result() {
          const inFolder = readdirSync(dirname(join(folder, output.base))).sort();
          const results = renditions.map(({ modifier, playlist, writer, hasSound }) => {
            const segments = inFolder
              .filter((name) => name.startsWith(`${basename(output.base)}${modifier}_`) && name.endsWith(".ts"))
              .map((name) => join(dirname(output.base), name));
            const text = readFileSync(join(folder, playlist), "utf8");
            const durations = [...text.matchAll(/#EXTINF:([\d.]+)/g)].map((match) => Number(match[1]));
            const stored = segments.map((segment, i) => ({
              bytes: statSync(join(folder, segment)).size,
              seconds: durations[i] ?? output.segmentSeconds,
            }));
            return {
              modifier,
              path: playlist,
              ...writer.size,
              segments,
              averageBitrate: Math.round(averageSegmentBitrate(stored)),
              peakBitrate: peakSegmentBitrate(stored, output.segmentSeconds),
              hasSound,
            };
          });
          const master = `${output.base}.m3u8`;
          // A segment without parameter sets can't be decoded; Main profile is what encoders send most.
          const codecOf = (segment: string | undefined): string =>
            (segment === undefined ? undefined : avcCodec(readFileSync(join(folder, segment)))) ?? "avc1.4d401f";
          const frameRate = source.frameRate.num / source.frameRate.den;
          writeFileSync(
            join(folder, master),
            multivariantPlaylist(
              results.map(({ path, width, height, averageBitrate, peakBitrate, hasSound, segments: [first] }) => ({
                uri: basename(path),
                width,
                height,
                averageBandwidth: averageBitrate,
                bandwidth: peakBitrate,
                codecs: [codecOf(first), ...(hasSound ? ["mp4a.40.2"] : [])],
                frameRate,
              })),
              3,
            ),
          );
          return {
            renditions: results.map(({ modifier, path, width, height, averageBitrate }) => ({
              modifier,
              path,
              width,
              height,
              averageBitrate,
            })),
            files: [...results.flatMap(({ segments, path }) => [...segments, path]), master],
          };
        },
      };
    }
  }
}

async function describe(file: string): Promise<ConvertReport> {
  const demuxer = await openMedia(file);
  const video = demuxer.video();
  const audio = demuxer.audio();
  const timecode = video === undefined ? undefined : timecodeOf(demuxer, video);
  const description: MediaDescription = {
    format: demuxer.formatName,
    ...(timecode === undefined ? {} : { timecode: formatTimecode(timecode) }),
    durationMs: Math.round(Math.max(demuxer.duration, 0) * 1000),
    bitrate: Math.max(Math.round(demuxer.bitRate), 0),
    ...(video === undefined || video.codecpar.width === 0
      ? {}
      : {
          video: {
            codec: avGetCodecName(video.codecpar.codecId) ?? "",
            width: video.codecpar.width,
            height: video.codecpar.height,
            frameRate: { numerator: video.avgFrameRate.num, denominator: video.avgFrameRate.den },
            bitrate: Number(video.codecpar.bitRate),
          },
        }),
    ...(audio === undefined
      ? {}
      : {
          audio: {
            codec: avGetCodecName(audio.codecpar.codecId) ?? "",
            sampleRate: audio.codecpar.sampleRate,
            channels: audio.codecpar.channelLayout.nbChannels,
            bitrate: Number(audio.codecpar.bitRate),
          },
        }),
  };
  demuxer.closeSync();
  return { kind: "probed", description };
}

/** The timecode of a transport stream's first picture. */
function timecodeOf(demuxer: Demuxer, video: Stream): Timecode | undefined {
  if (demuxer.formatName !== "mpegts") return undefined;
  for (const packet of demuxer.packetsSync(video.index)) {
    if (packet === null) return undefined;
    const timecode = packet.data === null ? undefined : readTimecode(packet.data);
    const isKeyframe = packet.isKeyframe;
    packet.free();
    if (isKeyframe) return timecode;
  }
  return undefined;
}

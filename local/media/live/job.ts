/**
 * The encoding process of a live channel: FLV on standard input; fragmented MP4 of each packaged rendition on its own
 * pipe; MPEG-TS archive files in a folder. One process per job, so that a native crash affects nothing else. It
 * uses FFmpeg's synchronous calls, since it does nothing else and asynchronous hops cost a quarter more CPU.
 */
import { Decoder, Demuxer, Encoder, FilterAPI, FilterComplexAPI } from "node-av/api";
import { AV_LOG_ERROR, EOF, FF_ENCODER_AAC, FF_ENCODER_LIBX264 } from "node-av/constants";
import { Log, type Packet } from "node-av/lib";
import { ArchiveWriter } from "./archive-writer.ts";
import { fitFrameRate, fitLadder } from "./fit-ladder.ts";
import { FragmentOutput } from "./fragment-output.ts";
import { firstPipe, type LiveJobReport, type LiveJobSettings, type RenditionSettings } from "./settings.ts";

Log.setLevel(AV_LOG_ERROR);
const settings = JSON.parse(process.argv[2] ?? "{}") as LiveJobSettings;

function report(message: LiveJobReport): Promise<void> {
  return new Promise((resolve) => (process.connected ? process.send!(message, () => resolve()) : resolve()));
}

/** Reports in the order of the calls, without waiting for the parent to read. */
const reporting: Promise<void>[] = [];
const note = (message: LiveJobReport): void => void reporting.push(report(message));

interface Sink {
  writeVideo(packet: Packet): void;
  writeAudio(packet: Packet): void;
}

async function run(): Promise<void> {
  const input = await Demuxer.open("pipe:0", {
    format: "flv",
    options: { probesize: 500_000, analyzeduration: 1_000_000, fpsprobesize: 0 },
  });
  const videoStream = input.video();
  const audioStream = settings.hasAudio && settings.audioBitrate > 0 ? input.audio() : undefined;
  if (videoStream === undefined) throw new Error("the input has no video.");
  const { width: codedWidth, height } = videoStream.codecpar;
  const aspect = videoStream.sampleAspectRatio;
  const width = aspect.num > 0 && aspect.den > 0 ? Math.round((codedWidth * aspect.num) / aspect.den) : codedWidth;
  const rate = settings.frameRate ?? fitFrameRate(videoStream.avgFrameRate.num / videoStream.avgFrameRate.den);
  const frameRate = rate.num / rate.den;
  const rungs = fitLadder(settings.renditions, { width, height });

  const videoDecoder = await Decoder.create(videoStream, { threadCount: 1 });
  const graph = FilterComplexAPI.create(ladderGraph(rungs, `${rate.num}/${rate.den}`), {
    inputs: [{ label: "in" }],
    outputs: rungs.map((_, i) => ({ label: `out${i}` })),
    graph: { nbThreads: 1 },
  });
  const gopSize = Math.round(settings.gopSeconds * frameRate);
  const encoders = await Promise.all(
    rungs.map((rung) =>
      Encoder.create(FF_ENCODER_LIBX264, {
        bitrate: rung.bitrate,
        maxRate: rung.bitrate,
        bufSize: rung.bufferSize ?? rung.bitrate,
        gopSize,
        maxBFrames: 0,
        threadCount: 0,
        filter: graph,
        options: {
          preset: "veryfast",
          profile: rung.profile,
          "x264-params": `scenecut=0:min-keyint=${gopSize}:rc-lookahead=${rung.lookahead}:sync-lookahead=0`,
          "forced-idr": true,
          ...(rung.quality === undefined ? {} : { crf: rung.quality }),
        },
      }),
    ),
  );
  const audioDecoder = audioStream === undefined ? undefined : await Decoder.create(audioStream);
  // The encoder counts samples from 0 whatever their timestamps: make the number of samples match the time.
  const audioFilter =
    audioStream === undefined
      ? undefined
      : FilterAPI.create(
          "aresample=48000:async=1:min_hard_comp=0.05:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo",
        );
  const audioEncoder =
    audioDecoder === undefined
      ? undefined
      : await Encoder.create(FF_ENCODER_AAC, { bitrate: settings.audioBitrate, decoder: audioDecoder });

  const fragments: FragmentOutput[] = [];
  const sinks: Sink[][] = rungs.map(() => []);
  for (const [pipe, name] of settings.packaged.entries()) {
    const rung = rungs.findIndex((candidate) => candidate.name === name);
    if (rung < 0) continue;
    const output = await FragmentOutput.open(firstPipe + pipe, settings.partSeconds, encoders[rung]!, audioEncoder);
    fragments.push(output);
    sinks[rung]!.push(output);
  }
  let archive: ArchiveWriter | undefined;
  if (settings.archive !== undefined) {
    // The archived rung may be larger than the source; then the highest one replaces it.
    const rung = Math.max(
      0,
      rungs.findIndex((candidate) => candidate.name === settings.archive?.rendition),
    );
    archive = new ArchiveWriter({
      folder: settings.archiveFolder,
      rolloverSeconds: settings.archive.rolloverSeconds,
      video: encoders[rung]!,
      audio: audioEncoder,
      events: {
        archived: (file, seconds) => note({ type: "archived", file, seconds }),
        failed: (message) => note({ type: "archive-failed", message }),
      },
    });
    sinks[rung]!.push(archive);
  }
  const audioBitrate = audioEncoder === undefined ? 0 : settings.audioBitrate;
  const renditions = rungs.filter((rung) => settings.packaged.includes(rung.name));
  note({
    type: "started",
    renditions: renditions.map((rung) => ({
      name: rung.name,
      width: rung.width,
      height: rung.height,
      bitrate: rung.bitrate + audioBitrate,
      frameRate,
    })),
    source: { width, height, frameRate },
  });

  let frames = 0;
  const drain = (encoder: Encoder, take: (packet: Packet) => void): void => {
    for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
      take(packet);
      packet.free();
    }
  };
  const drainVideo = (rung: number): void =>
    drain(encoders[rung]!, (packet) => sinks[rung]!.forEach((sink) => sink.writeVideo(packet)));
  const drainAudio = (): void => {
    if (audioEncoder !== undefined)
      drain(audioEncoder, (packet) => sinks.flat().forEach((sink) => sink.writeAudio(packet)));
  };
  const encodePictures = (): void => {
    for (let any = true; any;) {
      any = false;
      for (const rung of rungs.keys()) {
        const frame = graph.receiveSync(`out${rung}`);
        if (frame === null || frame === EOF) continue;
        any = true;
        if (rung === 0) frames += 1;
        encoders[rung]!.encodeSync(frame);
        frame.free();
        drainVideo(rung);
      }
    }
  };
  const takeVideo = (packet: Packet | null): void => {
    for (const frame of videoDecoder.decodeAllSync(packet)) {
      graph.processSync("in", frame);
      frame.free();
      encodePictures();
    }
  };
  const takeAudio = (packet: Packet): void => {
    if (audioDecoder === undefined || audioFilter === undefined || audioEncoder === undefined) return;
    for (const frame of audioDecoder.decodeAllSync(packet)) {
      for (const resampled of audioFilter.processAllSync(frame)) {
        audioEncoder.encodeSync(resampled);
        resampled.free();
        drainAudio();
      }
      frame.free();
    }
  };

  for await (const packet of input.packets()) {
    if (packet === null) break;
    if (packet.streamIndex === videoStream.index) takeVideo(packet);
    else if (packet.streamIndex === audioStream?.index) takeAudio(packet);
    packet.free();
  }
  takeVideo(null);
  graph.flushSync("in");
  encodePictures();
  if (frames > 0) {
    for (const [rung, encoder] of encoders.entries()) {
      encoder.encodeSync(null);
      drainVideo(rung);
    }
    audioEncoder?.encodeSync(null);
    drainAudio();
  }
  archive?.close();
  await Promise.all(fragments.map((output) => output.close()));
  await input.close();
  for (const part of [videoDecoder, audioDecoder, audioFilter, graph, audioEncoder, ...encoders]) part?.close();
  const { user, system } = process.cpuUsage();
  note({ type: "finished", frames, cpuSeconds: (user + system) / 1e6 });
}

/** One constant-rate picture split into each rung's size. */
function ladderGraph(rungs: readonly RenditionSettings[], frameRate: string): string {
  const split = `[in]fps=${frameRate}:start_time=0,split=${rungs.length}${rungs.map((_, i) => `[in${i}]`).join("")}`;
  return [
    split,
    ...rungs.map(
      (rung, i) => `[in${i}]scale=${rung.width}:${rung.height}:flags=bilinear,setsar=1,format=yuv420p[out${i}]`,
    ),
  ].join(";");
}

let exitCode = 0;
try {
  await run();
} catch (cause) {
  exitCode = 1;
  note({ type: "failed", message: cause instanceof Error ? cause.message : String(cause) });
}
await Promise.all(reporting);
// FFmpeg's threads must not outlive JavaScript's objects: exit at once.
process.exit(exitCode);

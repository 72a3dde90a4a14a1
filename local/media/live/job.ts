/**
 * The encoding process of a live channel: FLV on standard input; fragmented MP4 of each packaged rendition on its own
 * pipe; MPEG-TS archive files in a folder. One process per job, so that a native crash affects nothing else. It
 * uses FFmpeg's synchronous calls, since it does nothing else and asynchronous hops cost a quarter more CPU.
 */
import { Encoder, FilterComplexAPI } from "node-av/api";
import { AV_LOG_ERROR, EOF, FF_ENCODER_LIBX264 } from "node-av/constants";
import { Log, type Frame, type Packet } from "node-av/lib";
import { ArchiveWriter } from "./archive-writer.ts";
import { fitFrameRate, fitLadder } from "./fit-ladder.ts";
import type { MediaPacket } from "../ingest/publication.ts";
import { FlvReader } from "./flv-reader.ts";
import { FragmentOutput } from "./fragment-output.ts";
import { partLengths } from "./part-lengths.ts";
import { PictureSource, type PictureFormat } from "./picture-source.ts";
import { firstPipe, type LiveJobReport, type LiveJobSettings, type RenditionSettings } from "./settings.ts";
import { SoundEncoder } from "./sound-encoder.ts";
import { timecodeAt, withTimecode } from "../timecode-sei.ts";

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
  const reader = new FlvReader();
  const source = new PictureSource();
  /** Outputs begin with the first picture; what comes with it waits. */
  let outputs: Outputs | undefined;
  const early: MediaPacket[] = [];
  for await (const bytes of process.stdin) {
    for (const fed of reader.push(bytes as Buffer)) {
      if ("frameRate" in fed) source.announcedRate = fed.frameRate;
      else if (fed.packet.track === "audio") {
        if (outputs === undefined) early.push(fed.packet);
        else outputs.addSound(fed.packet);
      } else {
        const frames = source.add(fed.packet);
        if (outputs === undefined && source.format !== undefined) {
          outputs = await Outputs.open(source.format);
          for (const packet of early.splice(0)) outputs.addSound(packet);
        }
        for (const frame of frames) outputs?.addPicture(frame);
      }
    }
  }
  const rest = source.finish();
  if (source.format !== undefined) outputs ??= await Outputs.open(source.format);
  for (const frame of rest) outputs?.addPicture(frame);
  await outputs?.finish();
  const { user, system } = process.cpuUsage();
  note({ type: "finished", frames: outputs?.frames ?? 0, cpuSeconds: (user + system) / 1e6 });
}

/** The ladder's encoders, and where their packets go. */
class Outputs {
  /** Pictures so far, of each rung. */
  frames = 0;
  readonly #frameRate: number;
  readonly #graph: FilterComplexAPI;
  readonly #encoders: readonly Encoder[];
  /** Whether a rung carries timecodes. */
  readonly #timecoded: readonly boolean[];
  readonly #sinks: readonly Sink[][];
  readonly #sound: SoundEncoder | undefined;
  readonly #archive: ArchiveWriter | undefined;
  readonly #fragments: readonly FragmentOutput[];
  #silent = false;

  private constructor(parts: {
    frameRate: number;
    graph: FilterComplexAPI;
    encoders: readonly Encoder[];
    timecoded: readonly boolean[];
    sinks: readonly Sink[][];
    sound: SoundEncoder | undefined;
    archive: ArchiveWriter | undefined;
    fragments: readonly FragmentOutput[];
  }) {
    this.#frameRate = parts.frameRate;
    this.#graph = parts.graph;
    this.#encoders = parts.encoders;
    this.#timecoded = parts.timecoded;
    this.#sinks = parts.sinks;
    this.#sound = parts.sound;
    this.#archive = parts.archive;
    this.#fragments = parts.fragments;
  }

  static async open({ size, frameRate: claimed }: PictureFormat): Promise<Outputs> {
    const rate = settings.frameRate ?? fitFrameRate(claimed);
    const frameRate = rate.num / rate.den;
    const rungs = fitLadder(settings.renditions, size);
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
            "x264-params": [
              `scenecut=0:min-keyint=${gopSize}:rc-lookahead=${rung.lookahead}:sync-lookahead=0`,
              `pic-struct=${rung.timecode === true ? 1 : 0}`,
            ].join(":"),
            "forced-idr": true,
            ...(rung.quality === undefined ? {} : { crf: rung.quality }),
          },
        }),
      ),
    );
    const sinks: Sink[][] = rungs.map(() => []);
    const sound =
      settings.audioBitrate === 0
        ? undefined
        : await SoundEncoder.create(settings.audioBitrate, (packet) =>
            sinks.flat().forEach((sink) => sink.writeAudio(packet)),
          );
    const lengths = partLengths(gopSize, frameRate);
    const fragments: FragmentOutput[] = [];
    for (const [pipe, name] of settings.packaged.entries()) {
      const rung = rungs.findIndex((candidate) => candidate.name === name);
      if (rung < 0) continue;
      const output = await FragmentOutput.open(firstPipe + pipe, lengths, encoders[rung]!, sound?.encoder);
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
        audio: sound?.encoder,
        events: {
          archived: (file, seconds) => note({ type: "archived", file, seconds }),
          failed: (message) => note({ type: "archive-failed", message }),
        },
      });
      sinks[rung]!.push(archive);
    }
    const renditions = rungs.filter((rung) => settings.packaged.includes(rung.name));
    note({
      type: "started",
      renditions: renditions.map((rung) => ({
        name: rung.name,
        width: rung.width,
        height: rung.height,
        bitrate: rung.bitrate + settings.audioBitrate,
        frameRate,
      })),
      partSeconds: Math.max(...lengths) / frameRate,
      source: { ...size, frameRate },
    });
    const timecoded = rungs.map(({ timecode }) => timecode === true);
    return new Outputs({ frameRate, graph, encoders, timecoded, sinks, sound, archive, fragments });
  }

  addSound(packet: MediaPacket): void {
    this.#sound?.add(packet);
  }

  /** Encodes a picture, and frees it. */
  addPicture(frame: Frame): void {
    this.#graph.processSync("in", frame);
    frame.free();
    this.#encode();
  }

  async finish(): Promise<void> {
    this.#graph.flushSync("in");
    this.#encode();
    if (this.frames > 0) {
      for (const [rung, encoder] of this.#encoders.entries()) {
        encoder.encodeSync(null);
        this.#drain(rung);
      }
      this.#sound?.finish(this.frames / this.#frameRate);
    }
    this.#archive?.close();
    await Promise.all(this.#fragments.map((output) => output.close()));
    for (const part of [this.#graph, this.#sound, ...this.#encoders]) part?.close();
  }

  #encode(): void {
    for (let any = true; any;) {
      any = false;
      for (const [rung, encoder] of this.#encoders.entries()) {
        const frame = this.#graph.receiveSync(`out${rung}`);
        if (frame === null || frame === EOF) continue;
        any = true;
        if (rung === 0) this.#advance();
        encoder.encodeSync(frame);
        frame.free();
        this.#drain(rung);
      }
    }
  }

  #advance(): void {
    this.frames += 1;
    if (this.#sound === undefined) return;
    this.#sound.advance(this.frames / this.#frameRate);
    if (this.#silent === !this.#sound.isPresent) return;
    this.#silent = !this.#silent;
    note({ type: "sound", present: !this.#silent });
  }

  #stamp(packet: Packet): void {
    const { data, pts, dts, duration, timeBase } = packet;
    if (data === null) return;
    const at = settings.startedAt + (Number(pts) * timeBase.num * 1000) / timeBase.den;
    // New data makes a new packet of it.
    packet.data = withTimecode(data, timecodeAt(at, this.#frameRate));
    Object.assign(packet, { pts, dts, duration, timeBase, isKeyframe: true });
  }

  #drain(rung: number): void {
    const encoder = this.#encoders[rung]!;
    for (let packet = encoder.receiveSync(); packet !== null && packet !== EOF; packet = encoder.receiveSync()) {
      if (this.#timecoded[rung] === true && packet.isKeyframe) this.#stamp(packet);
      for (const sink of this.#sinks[rung]!) sink.writeVideo(packet);
      packet.free();
    }
  }
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

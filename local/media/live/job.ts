/**
 * The encoding process of a live channel: FLV on standard input; fragmented MP4 of each packaged rendition on its own
 * pipe; MPEG-TS archive files in a folder. One process per job, so that a native crash affects nothing else. It
 * uses FFmpeg's synchronous calls, since it does nothing else and asynchronous hops cost a quarter more CPU.
 */
import { AV_LOG_ERROR } from "node-av/constants";
import { Log, type Frame, type Packet } from "node-av/lib";
import { ArchiveWriter } from "./archive-writer.ts";
import { fitFrameRate, fitLadder } from "./fit-ladder.ts";
import type { MediaPacket } from "../ingest/publication.ts";
import { FlvReader } from "./flv-reader.ts";
import { FragmentOutput } from "./fragment-output.ts";
import { LadderEncoder } from "./ladder-encoder.ts";
import { partLengths } from "./part-lengths.ts";
import { PictureSource, type PictureFormat } from "./picture-source.ts";
import { PictureTrack } from "./picture-track.ts";
import { firstPipe, type LiveJobOrder, type LiveJobReport, type LiveJobSettings } from "./settings.ts";
import { SoundEncoder } from "./sound-encoder.ts";

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

let { archivePaused = false } = settings;

async function run(): Promise<void> {
  const reader = new FlvReader();
  const source = new PictureSource();
  /** Outputs begin with the first picture; what comes with it waits. */
  let outputs: Outputs | undefined;
  const early: MediaPacket[] = [];
  process.on("message", (order: LiveJobOrder) => {
    archivePaused = order.archivePaused;
    outputs?.pauseArchive(archivePaused);
  });
  for await (const bytes of process.stdin) {
    for (const fed of reader.push(bytes as Buffer)) {
      if ("frameRate" in fed) source.announcedRate = fed.frameRate;
      else if ("lostUntil" in fed) outputs?.lose(fed.lostUntil);
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

/** One unbroken picture and sound track, encoded, and where their packets go. */
class Outputs {
  readonly #frameRate: number;
  readonly #ladder: LadderEncoder;
  readonly #pictures: PictureTrack<readonly Frame[]>;
  readonly #sound: SoundEncoder | undefined;
  readonly #archive: ArchiveWriter | undefined;
  readonly #fragments: readonly FragmentOutput[];
  #silent = false;

  private constructor(parts: {
    frameRate: number;
    ladder: LadderEncoder;
    sound: SoundEncoder | undefined;
    archive: ArchiveWriter | undefined;
    fragments: readonly FragmentOutput[];
  }) {
    this.#frameRate = parts.frameRate;
    this.#ladder = parts.ladder;
    this.#sound = parts.sound;
    this.#archive = parts.archive;
    this.#fragments = parts.fragments;
    this.#pictures = new PictureTrack(parts.frameRate, {
      show: (picture, number) => this.#show(picture, number),
      free: (picture) => picture.forEach((frame) => frame.free()),
    });
  }

  static async open({ size, frameRate: claimed }: PictureFormat): Promise<Outputs> {
    const rate = settings.frameRate ?? fitFrameRate(claimed);
    const frameRate = rate.num / rate.den;
    const rungs = fitLadder(settings.renditions, size);
    const sinks: Sink[][] = rungs.map(() => []);
    const gopSize = Math.round(settings.gopSeconds * frameRate);
    const { startedAt } = settings;
    const ladder = await LadderEncoder.create({ rungs, rate, gopSize, startedAt }, (rung, packet) =>
      sinks[rung]!.forEach((sink) => sink.writeVideo(packet)),
    );
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
      const video = ladder.rungs[rung]!.encoder;
      const output = await FragmentOutput.open(firstPipe + pipe, lengths, video, sound?.encoder);
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
        video: ladder.rungs[rung]!.encoder,
        audio: sound?.encoder,
        paused: archivePaused,
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
    return new Outputs({ frameRate, ladder, sound, archive, fragments });
  }

  /** Pictures so far, of each rung. */
  get frames(): number {
    return this.#pictures.length;
  }

  pauseArchive(paused: boolean): void {
    this.#archive?.pause(paused);
  }

  addSound(packet: MediaPacket): void {
    this.#sound?.add(packet);
  }

  /** Encodes a picture unless its time is over, and frees it. */
  addPicture(frame: Frame): void {
    const ms = (time: bigint): number => (Number(time) * frame.timeBase.num * 1000) / frame.timeBase.den;
    const time = { atMs: ms(frame.pts), durationMs: ms(frame.duration) };
    this.#pictures.add(time, () => this.#ladder.scale(frame));
    frame.free();
  }

  /** No picture came until then. */
  lose(untilMs: number): void {
    this.#pictures.lose(untilMs);
  }

  async finish(): Promise<void> {
    this.#pictures.finish();
    if (this.frames > 0) {
      this.#ladder.finish();
      this.#sound?.finish(this.frames / this.#frameRate);
    }
    this.#archive?.close();
    await Promise.all(this.#fragments.map((output) => output.close()));
    this.#ladder.close();
    this.#sound?.close();
  }

  #show(picture: readonly Frame[] | undefined, number: number): void {
    this.#ladder.encode(picture, number);
    if (this.#sound === undefined) return;
    this.#sound.advance((number + 1) / this.#frameRate);
    if (this.#silent === !this.#sound.isPresent) return;
    this.#silent = !this.#silent;
    note({ type: "sound", present: !this.#silent });
  }
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

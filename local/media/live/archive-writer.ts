import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Muxer, type Encoder } from "node-av/api";
import type { Packet } from "node-av/lib";

/** Events of the archive's files. */
export interface ArchiveEvents {
  archived(file: string, seconds: number): void;
  /**
   * A file could not be written. Its partial contents are removed, and the next file starts at the next keyframe that
   * is due.
   */
  failed(message: string): void;
}

/**
 * Writes encoded packets as MPEG-TS files of about `rolloverSeconds`, each beginning at a keyframe. Sound is cut at the
 * same time as the picture, whichever of the two encoders is ahead: pictures wait until the sound, which never ends
 * before them, has come as far. While it is paused, it writes nothing from the next keyframe on.
 */
export class ArchiveWriter {
  readonly #folder: string;
  readonly #rolloverSeconds: number;
  readonly #video: Encoder;
  readonly #audio: Encoder | undefined;
  readonly #events: ArchiveEvents;
  #paused: boolean;
  readonly #waitingVideo: Packet[] = [];
  readonly #waitingAudio: Packet[] = [];
  /** How far the sound has come. */
  #audioEnd = -Infinity;
  #file: TransportStreamFile | undefined;
  #fileNumber = 0;
  /** Of the latest file; long ago if none may go on. */
  #fileStart = -Infinity;
  #videoEnd = 0;

  constructor(options: {
    folder: string;
    rolloverSeconds: number;
    video: Encoder;
    audio: Encoder | undefined;
    /** See {@link pause}; default no. */
    paused?: boolean;
    events: ArchiveEvents;
  }) {
    this.#folder = options.folder;
    this.#rolloverSeconds = options.rolloverSeconds;
    this.#video = options.video;
    this.#audio = options.audio;
    this.#events = options.events;
    this.#paused = options.paused ?? false;
  }

  /** The next keyframe ends the file, and no other begins; or the next keyframe begins one again. */
  pause(paused: boolean): void {
    this.#paused = paused;
  }

  /** Takes one video packet; the caller still owns it. */
  writeVideo(packet: Packet): void {
    const kept = packet.clone();
    if (kept !== null) this.#waitingVideo.push(kept);
    this.#write();
  }

  /** Takes one audio packet; the caller still owns it. */
  writeAudio(packet: Packet): void {
    const kept = packet.clone();
    if (kept !== null) this.#waitingAudio.push(kept);
    this.#audioEnd = endOf(packet);
    this.#write();
  }

  /** Ends the last file. */
  close(): void {
    this.#audioEnd = Infinity;
    this.#write();
    this.#writeAudioUntil(Infinity);
    this.#finish(this.#videoEnd);
  }

  /** Writes the pictures up to which there is sound, and that sound. */
  #write(): void {
    for (let packet = this.#waitingVideo[0]; packet !== undefined; packet = this.#waitingVideo[0]) {
      if (this.#audio !== undefined && this.#audioEnd < secondsOf(packet)) return;
      this.#waitingVideo.shift();
      this.#writePicture(packet);
      packet.free();
    }
  }

  #writePicture(packet: Packet): void {
    const time = secondsOf(packet);
    this.#writeAudioUntil(time);
    // Half a frame of tolerance: a rounding error must not make a file of 10 s wait for the keyframe at 12 s.
    const due = this.#paused || time - this.#fileStart > this.#rolloverSeconds - 0.02;
    if (packet.isKeyframe && due) {
      this.#finish(time);
      if (this.#paused) this.#fileStart = -Infinity;
      else this.#begin(time);
    }
    this.#videoEnd = endOf(packet);
    this.#guard((file) => file.write(packet, 0));
  }

  #writeAudioUntil(time: number): void {
    const kept = this.#waitingAudio.findIndex((packet) => secondsOf(packet) >= time);
    const ready = this.#waitingAudio.splice(0, kept < 0 ? this.#waitingAudio.length : kept);
    for (const packet of ready) {
      this.#guard((file) => file.write(packet, 1));
      packet.free();
    }
  }

  #begin(time: number): void {
    this.#fileStart = time;
    this.#fileNumber += 1;
    try {
      mkdirSync(this.#folder, { recursive: true });
      this.#file = new TransportStreamFile(
        join(this.#folder, `${String(this.#fileNumber).padStart(6, "0")}.ts`),
        this.#video,
        this.#audio,
      );
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #finish(time: number): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#guard(() => file.finish());
    if (this.#file === undefined) return;
    this.#file = undefined;
    this.#events.archived(file.path, time - this.#fileStart);
  }

  #guard(work: (file: TransportStreamFile) => void): void {
    if (this.#file === undefined) return;
    try {
      work(this.#file);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    this.#file?.discard();
    this.#file = undefined;
    this.#events.failed(cause instanceof Error ? cause.message : String(cause));
  }
}

/** One MPEG-TS file, which appears only when complete. */
class TransportStreamFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #muxer: Muxer;
  #failure: Error | undefined;

  constructor(path: string, video: Encoder, audio: Encoder | undefined) {
    this.path = path;
    this.#descriptor = openSync(`${path}.part`, "w");
    // Own writes instead of FFmpeg's: its muxer ignores a full disk when it closes.
    const write = (bytes: Buffer): number => {
      try {
        for (let at = 0; at < bytes.length && this.#failure === undefined;)
          at += writeSync(this.#descriptor, bytes, at);
      } catch (cause) {
        this.#failure = cause instanceof Error ? cause : new Error(String(cause));
      }
      return bytes.length;
    };
    this.#muxer = Muxer.openSync(
      { write },
      { format: "mpegts", useSyncQueue: false, useAsyncWrite: false, options: { mpegts_flags: "+resend_headers" } },
    );
    this.#muxer.addStream(video);
    if (audio !== undefined) this.#muxer.addStream(audio);
  }

  write(packet: Packet, stream: number): void {
    this.#muxer.writePacketSync(packet, stream);
    this.#check();
  }

  finish(): void {
    this.#muxer.closeSync();
    this.#check();
    closeSync(this.#descriptor);
    renameSync(`${this.path}.part`, this.path);
  }

  discard(): void {
    this.#muxer.closeSync();
    try {
      closeSync(this.#descriptor);
    } catch {
      // finish() has already closed it.
    }
    rmSync(`${this.path}.part`, { force: true });
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function secondsOf(packet: Packet): number {
  return (Number(packet.pts) * packet.timeBase.num) / packet.timeBase.den;
}

function endOf(packet: Packet): number {
  return secondsOf(packet) + (Number(packet.duration) * packet.timeBase.num) / packet.timeBase.den;
}

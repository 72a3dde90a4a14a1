import type { Writable } from "node:stream";
import type { Log } from "../../log.ts";
import type { MediaPacket } from "../ingest/publication.ts";
import { flvHeader, flvMetadata, flvPacket } from "./flv.ts";
import { Timeline } from "./timeline.ts";

/** If more input than this is waiting, the encoder is too slow and input is dropped, in seconds of stream. */
const mostSecondsWaiting = 6;
/** After a drop, input continues once no more than this is waiting. */
const resumeSecondsWaiting = 1;

/** A clock's jumps are told this often at most, in milliseconds. */
const warnEveryMs = 60_000;

/** An encoder that reads FLV. */
export interface FeedTarget {
  input: Writable;
}

/**
 * Passes a publisher's packets to an encoding job as FLV that begins with a keyframe at time 0. If the encoder can't
 * keep up, whole groups of pictures are dropped, never single frames. After a change of the picture's configuration, or
 * the loss of a job, the next keyframe begins a new one; until then, the old one goes on.
 */
export class LiveFeed {
  readonly #log: Log;
  readonly #begin: (job: { startedAt: number }) => FeedTarget;
  #frameRate: number | undefined;
  readonly #configurations: { video?: MediaPacket; audio?: MediaPacket } = {};
  #target: FeedTarget | undefined;
  #timeline = new Timeline();
  #bytes = 0;
  #at = 0;
  #dropping = false;
  /** Whether the picture's configuration is not the target's any more. */
  #changed = false;
  #warnedMs: number | undefined;

  /** @param begin Starts an encoding job; `startedAt` is the wall clock of its time 0, in epoch milliseconds. */
  constructor(log: Log, begin: (job: { startedAt: number }) => FeedTarget) {
    this.#log = log;
    this.#begin = begin;
  }

  /** Stores the frame rate that the publisher announces, for the next job. */
  frameRate(rate: number): void {
    this.#frameRate = rate;
  }

  /** Passes on one packet of the publisher; whether it went to an encoding job. */
  packet(packet: MediaPacket): boolean {
    if (packet.configuration) {
      this.#configure(packet);
      return false;
    }
    const { keyframe, track } = packet;
    if (keyframe && this.#changed) this.end();
    if (this.#target === undefined) {
      if (!keyframe || this.#configurations.video === undefined) return false;
      this.#start();
    }
    const { at, jumped } = this.#timeline.place(track, packet.timestamp, performance.now());
    if (jumped) this.#warnOfJump();
    // Sound from before the start still tells how late sound is.
    if ((at < 0 && track === "video") || !this.#keepsUp(keyframe)) return false;
    this.#at = Math.max(this.#at, at);
    this.#bytes += packet.data.length;
    this.#target?.input.write(flvPacket(packet, at));
    return true;
  }

  /** The job has crashed: the next keyframe begins another. */
  lost(target: FeedTarget): void {
    if (this.#target === target) this.#target = undefined;
  }

  /** The publisher has disconnected: ends the input of the job. */
  end(): void {
    this.#target?.input.end();
    this.#target = undefined;
  }

  #configure(packet: MediaPacket): void {
    if (this.#configurations[packet.track]?.data.equals(packet.data) === true) return;
    this.#configurations[packet.track] = packet;
    if (this.#target === undefined) return;
    if (packet.track === "audio") {
      this.#target.input.write(flvPacket(packet, this.#at));
      return;
    }
    this.#changed = true;
    this.#log.info("the publisher's picture changed; encoding restarts at its next keyframe");
  }

  #start(): void {
    const { video, audio } = this.#configurations;
    this.#timeline = new Timeline();
    this.#bytes = 0;
    this.#at = 0;
    this.#dropping = false;
    this.#changed = false;
    this.#target = this.#begin({ startedAt: Date.now() });
    const { input } = this.#target;
    input.write(flvHeader());
    if (this.#frameRate !== undefined) input.write(flvMetadata(this.#frameRate));
    if (video !== undefined) input.write(flvPacket(video, 0));
    if (audio !== undefined) input.write(flvPacket(audio, 0));
  }

  /** A clock that jumps all the time must not fill the log. */
  #warnOfJump(): void {
    const now = performance.now();
    if (this.#warnedMs !== undefined && now - this.#warnedMs < warnEveryMs) return;
    this.#warnedMs = now;
    this.#log.warn("the publisher's clock jumped; the stream continues without a gap");
  }

  /** Whether this packet may be written, given how much is waiting. */
  #keepsUp(keyframe: boolean): boolean {
    // The stream's own rate so far; at least 1 Mbit/s, so that the keyframe of a still picture doesn't cause drops.
    const bytesPerSecond = Math.max(125_000, (this.#bytes * 1000) / Math.max(1000, this.#at));
    const waiting = (this.#target?.input.writableLength ?? 0) / bytesPerSecond;
    if (!this.#dropping && waiting > mostSecondsWaiting) {
      this.#dropping = true;
      this.#log.warn(
        `the encoder is ${Math.round(waiting)} s behind; input is dropped until it has caught up. Lower the ` +
          "resolution or frame rate in OBS, or use fewer renditions",
      );
    } else if (this.#dropping && keyframe && waiting < resumeSecondsWaiting) {
      this.#dropping = false;
      this.#log.info("the encoder has caught up");
    }
    return !this.#dropping;
  }
}

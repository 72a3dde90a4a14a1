import type { Writable } from "node:stream";
import { forwardNow } from "../../forward-clock.ts";
import type { Log } from "../../log.ts";
import type { MediaPacket } from "../ingest/publication.ts";
import { flvHeader, flvInputLost, flvMetadata, flvPacket } from "./flv.ts";
import { patienceMs, Timeline } from "./timeline.ts";

/** If more input than this is waiting, the encoder is too slow and input is dropped, in seconds of stream. */
const mostSecondsWaiting = 6;
/** After a drop, input continues once no more than this is waiting. */
const resumeSecondsWaiting = 1;

/** A clock's jumps are told this often at most, in milliseconds. */
const warnEveryMs = 60_000;
/** About one frame, in milliseconds. */
const frameMs = 33;

/** An encoder that reads FLV. */
export interface FeedTarget {
  input: Writable;
}

/**
 * Passes the packets of one publisher after the other to an encoding job as FLV that begins with a keyframe at time 0
 * and goes on in real time until the channel stops: while no picture comes, it tells the job so. If the encoder can't
 * keep up, whole groups of pictures are dropped, never single frames. After a change of the picture's configuration, or
 * the loss of a job, the next keyframe begins a new one; until then, the old one goes on.
 */
export class LiveFeed {
  readonly #log: Log;
  readonly #begin: (job: { startedAt: number }) => FeedTarget;
  readonly #now: () => number;
  #frameRate: number | undefined;
  /** What the publisher has told so far. */
  #configurations: { video?: MediaPacket; audio?: MediaPacket } = {};
  #target: FeedTarget | undefined;
  /** The target's picture, the wall clock of its time 0 in epoch milliseconds, and the same by our own clock. */
  #job: { video: Buffer; startedAt: number; zeroMs: number } = { video: Buffer.alloc(0), startedAt: 0, zeroMs: 0 };
  /** The publisher's; undefined until its first keyframe. */
  #timeline: Timeline | undefined;
  /** Up to where the target knows what to show. */
  #at = 0;
  /** What the publisher has sent since `from` on the timeline, for its bit rate. */
  #sent = { bytes: 0, from: 0 };
  #dropping = false;
  #warnedMs: number | undefined;

  /**
   * @param options.begin Starts an encoding job; `startedAt` is the wall clock of its time 0, in whole epoch
   * milliseconds.
   * @param options.now Our clock, in milliseconds from any moment.
   */
  constructor(options: { log: Log; begin: (job: { startedAt: number }) => FeedTarget; now?: () => number }) {
    this.#log = options.log;
    this.#begin = options.begin;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Another publisher: nothing of it is passed on before its first keyframe. */
  connect(): void {
    this.#configurations = {};
    this.#frameRate = undefined;
    this.#timeline = undefined;
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
    if (keyframe && (this.#timeline === undefined || this.#changed)) this.#follow();
    if (this.#timeline === undefined) return false;
    const { at, jumped } = this.#timeline.place(track, packet.timestamp, this.#now());
    if (jumped) this.#warnOfJump();
    // Sound from before the start still tells how late sound is.
    if ((at < 0 && track === "video") || !this.#keepsUp(keyframe)) return false;
    if (track === "video") this.#at = Math.max(this.#at, at + packet.compositionOffset);
    this.#sent.bytes += packet.data.length;
    this.#target?.input.write(flvPacket(packet, at));
    return true;
  }

  /** Tells the job of pictures that are overdue. To be called some times a second. */
  fill(): void {
    this.#lose(this.#now() - this.#job.zeroMs - patienceMs);
  }

  /** The job has crashed: the next keyframe begins another. */
  lost(target: FeedTarget): void {
    if (this.#target !== target) return;
    this.#target = undefined;
    this.#timeline = undefined;
  }

  /** Ends the job: what it shows lasts until now. */
  end(): void {
    this.#lose(this.#now() - this.#job.zeroMs);
    this.#target?.input.end();
    this.#target = undefined;
    this.#timeline = undefined;
  }

  /** Whether the picture is not the target's any more. */
  get #changed(): boolean {
    const { video } = this.#configurations;
    return this.#target !== undefined && video !== undefined && !video.data.equals(this.#job.video);
  }

  #configure(packet: MediaPacket): void {
    const { track, data } = packet;
    if (this.#configurations[track]?.data.equals(data) === true) return;
    this.#configurations[track] = packet;
    if (track === "audio") {
      if (this.#timeline !== undefined) this.#target?.input.write(flvPacket(packet, this.#at));
    } else if (this.#changed) this.#log.info("the publisher's picture changed; encoding restarts at its next keyframe");
  }

  /** The publisher's first keyframe, or the first of its new picture: follows without a gap what was before. */
  #follow(): void {
    if (this.#configurations.video === undefined) return;
    // After a publisher that was faster than real time, rather later than now.
    const due = Math.max(this.#now() - this.#job.zeroMs, this.#at + frameMs);
    // Whole, since a job's start names its segments.
    const at = this.#target === undefined ? 0 : Math.ceil(due);
    this.#dropping = false;
    if (this.#target !== undefined && !this.#changed) {
      this.#timeline = new Timeline(at);
      this.#sent = { bytes: 0, from: at };
      this.#describe(at);
      return;
    }
    const startedAt = this.#target === undefined ? forwardNow() : this.#job.startedAt + at;
    const zeroMs = this.#target === undefined ? this.#now() : this.#job.zeroMs + at;
    this.#lose(at);
    this.#target?.input.end();
    this.#timeline = new Timeline();
    this.#job = { video: this.#configurations.video.data, startedAt, zeroMs };
    this.#at = 0;
    this.#sent = { bytes: 0, from: 0 };
    this.#target = this.#begin({ startedAt });
    this.#target.input.write(flvHeader());
    if (this.#frameRate !== undefined) this.#target.input.write(flvMetadata(this.#frameRate));
    this.#describe(0);
  }

  #describe(at: number): void {
    const { video, audio } = this.#configurations;
    for (const packet of [video, audio]) if (packet !== undefined) this.#target?.input.write(flvPacket(packet, at));
  }

  /** No picture comes before `until`, unless one is known already. */
  #lose(until: number): void {
    if (until <= this.#at) return;
    this.#at = until;
    this.#target?.input.write(flvInputLost(until));
  }

  /** A clock that jumps all the time must not fill the log. */
  #warnOfJump(): void {
    const now = this.#now();
    if (this.#warnedMs !== undefined && now - this.#warnedMs < warnEveryMs) return;
    this.#warnedMs = now;
    this.#log.warn("the publisher's clock jumped; the stream continues without a gap");
  }

  /** Whether this packet may be written, given how much is waiting. */
  #keepsUp(keyframe: boolean): boolean {
    // The publisher's own rate so far; at least 1 Mbit/s, so that the keyframe of a still picture doesn't cause drops.
    const bytesPerSecond = Math.max(125_000, (this.#sent.bytes * 1000) / Math.max(1000, this.#at - this.#sent.from));
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

import type { Writable } from "node:stream";
import type { Log } from "../../log.ts";
import { flvHeader, flvTag, inspectTag, tagType } from "../ingest/rtmp/flv.ts";
import { Timeline } from "./timeline.ts";

/** More waiting input than this, in seconds of stream, is dropped: the encoder is too slow. */
const mostSecondsWaiting = 6;
/** After a drop, input goes on once so little waits. */
const resumeSecondsWaiting = 1;

/** Something that encodes: takes FLV. */
export interface FeedTarget {
  input: Writable;
}

/**
 * Hands a publisher's tags to an encoding job as FLV that begins with a keyframe at time 0. Where the encoder cannot
 * keep up, whole groups of pictures are left out, never single frames. When the picture's or sound's configuration
 * changes, or a job has gone, the next keyframe begins a new one.
 */
export class LiveFeed {
  readonly #log: Log;
  readonly #begin: (job: { hasAudio: boolean; startedAt: number }) => FeedTarget;
  #metadata: Buffer | undefined;
  #videoConfiguration: Buffer | undefined;
  #audioConfiguration: Buffer | undefined;
  #target: FeedTarget | undefined;
  #timeline = new Timeline();
  #bytes = 0;
  #at = 0;
  #dropping = false;

  /** @param begin Starts an encoding job; `startedAt` is the wall clock of its time 0, in epoch milliseconds. */
  constructor(log: Log, begin: (job: { hasAudio: boolean; startedAt: number }) => FeedTarget) {
    this.#log = log;
    this.#begin = begin;
  }

  /** Takes one tag of the publisher. */
  tag(type: number, timestamp: number, data: Buffer): void {
    if (type === tagType.script) {
      this.#metadata = Buffer.from(data);
      return;
    }
    const { configuration, keyframe } = inspectTag(type, data);
    if (configuration) {
      this.#configure(type, data);
      return;
    }
    if (this.#target === undefined) {
      if (!keyframe || this.#videoConfiguration === undefined) return;
      this.#start();
    }
    const { at, jumped } = this.#timeline.place(timestamp);
    if (jumped) this.#log.warn("the publisher's clock jumped; the stream goes on without a gap");
    if (at < 0 || !this.#keepsUp(keyframe)) return;
    this.#at = Math.max(this.#at, at);
    this.#bytes += data.length;
    this.#target?.input.write(flvTag(type, at, data));
  }

  /** The job has gone (crashed): the next keyframe begins another. */
  lost(target: FeedTarget): void {
    if (this.#target === target) this.#target = undefined;
  }

  /** The publisher left: the job gets the end of its input. */
  end(): void {
    this.#target?.input.end();
    this.#target = undefined;
  }

  #configure(type: number, data: Buffer): void {
    const known = type === tagType.video ? this.#videoConfiguration : this.#audioConfiguration;
    if (known?.equals(data) === true) return;
    if (type === tagType.video) this.#videoConfiguration = Buffer.from(data);
    else this.#audioConfiguration = Buffer.from(data);
    if (this.#target === undefined) return;
    this.#log.info(
      `the publisher's ${type === tagType.video ? "picture" : "sound"} changed: encoding begins anew at its next keyframe`,
    );
    this.end();
  }

  #start(): void {
    const hasAudio = this.#audioConfiguration !== undefined;
    this.#timeline = new Timeline();
    this.#bytes = 0;
    this.#at = 0;
    this.#dropping = false;
    this.#target = this.#begin({ hasAudio, startedAt: Date.now() });
    const { input } = this.#target;
    input.write(flvHeader(hasAudio));
    if (this.#metadata !== undefined) input.write(flvTag(tagType.script, 0, this.#metadata));
    if (this.#videoConfiguration !== undefined) input.write(flvTag(tagType.video, 0, this.#videoConfiguration));
    if (this.#audioConfiguration !== undefined) input.write(flvTag(tagType.audio, 0, this.#audioConfiguration));
  }

  /** Whether this tag may be written, by how much waits already. */
  #keepsUp(keyframe: boolean): boolean {
    // The stream's own rate so far; at least 1 Mbit/s, so that a still picture's keyframe is no reason to drop.
    const bytesPerSecond = Math.max(125_000, (this.#bytes * 1000) / Math.max(1000, this.#at));
    const waiting = (this.#target?.input.writableLength ?? 0) / bytesPerSecond;
    if (!this.#dropping && waiting > mostSecondsWaiting) {
      this.#dropping = true;
      this.#log.warn(
        `the encoder is ${Math.round(waiting)} s behind: input is dropped until it has caught up. Lower the resolution or frame rate in OBS, or use fewer renditions`,
      );
    } else if (this.#dropping && keyframe && waiting < resumeSecondsWaiting) {
      this.#dropping = false;
      this.#log.info("the encoder has caught up");
    }
    return !this.#dropping;
  }
}

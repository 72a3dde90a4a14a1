import { mkdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDiskFull } from "../../disk.ts";
import type { Log } from "../../log.ts";
import type { LiveRendition } from "../../media/live/settings.ts";
import type { LiveIngest } from "../cloud.ts";
import { DiskFull } from "../errors.ts";
import { FragmentReader, type Fragment } from "./fragment-reader.ts";
import type { Track } from "./mp4-boxes.ts";
import {
  configuredBandwidth,
  measuredBandwidth,
  shownSegments,
  type LiveSegment,
  type LiveTrack,
} from "./live-track.ts";
import type { SegmentIndex } from "./segment-index.ts";

/** How many of the newest segments keep their bytes in memory. */
const segmentsInMemory = 5;

/** An encoding job. The playlists show nothing of it before its first part. */
interface Job {
  renditions: readonly LiveRendition[];
  startedAt: number;
  period: number;
  token: string;
  firstSequence: number;
  /** What its initialization segments say. */
  described: Map<string, Pick<LiveTrack, "details" | "init">>;
}

export interface LiveWindowOptions {
  /** Names the endpoint in the index. */
  id: string;
  folder: string;
  index: SegmentIndex;
  log: Log;
  segmentSeconds: number;
  /** How much of the past a live playlist shows. */
  windowSeconds: number;
  /** How much of the past is kept. */
  startoverSeconds: number;
}

/**
 * Packages one endpoint: joins fragments into segments that start with a keyframe, keeps the newest in memory and the
 * whole startover window on disk, and wakes requests that wait for the next segment or part.
 */
export class LiveWindow implements Omit<LiveIngest, "quality"> {
  readonly options: LiveWindowOptions;
  /** The renditions by name, highest first; empty until the first job's first parts. */
  readonly tracks = new Map<string, LiveTrack>();
  /** The channel has stopped: playlists end. */
  ended = false;
  /** Seconds; the first job decides, as it must not change while someone reads a playlist. 0 before. */
  partTarget = 0;
  /** Whole seconds; holds for the segments that the endpoint still has, too, as it must not change either. */
  readonly targetDuration: number;
  readonly #readers = new Map<string, FragmentReader>();
  #job: Job | undefined;
  #playable: ReadonlySet<string> = new Set();
  /** Renditions of earlier jobs that a later one lacked. */
  readonly #retired = new Set<string>();
  #waiting = new Set<() => void>();
  /** What is done on disk, in order. Never rejects. */
  #files: Promise<void> = Promise.resolve();
  #stores = true;

  constructor(options: LiveWindowOptions) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#prune();
    this.targetDuration = Math.max(options.segmentSeconds, Math.round(options.index.longest(options.id)));
  }

  begin({
    partSeconds,
    ...job
  }: {
    renditions: readonly LiveRendition[];
    startedAt: number;
    partSeconds: number;
  }): void {
    const { sequence, period } = this.#next();
    // Not only with the first part: a player that comes before it and reads that the stream has ended never reloads.
    this.ended = false;
    this.#job = {
      ...job,
      period,
      token: job.startedAt.toString(36),
      firstSequence: sequence,
      described: new Map(),
    };
    // A millisecond is for the rounding of the container's clock.
    this.partTarget ||= Math.ceil(partSeconds * 1000 + 1) / 1000;
    this.#readers.clear();
    for (const rendition of job.renditions) {
      this.#readers.set(
        rendition.name,
        new FragmentReader({
          init: (bytes, tracks) => this.#init(rendition, bytes, tracks),
          fragment: (fragment) => this.#fragment(rendition.name, fragment),
        }),
      );
    }
  }

  write(rendition: string, bytes: Buffer): void {
    this.#readers.get(rendition)?.push(bytes);
  }

  end(final: boolean): void {
    for (const [name, track] of this.tracks) this.#complete(name, track);
    this.#level();
    this.#readers.clear();
    if (final) this.ended = true;
    this.#wake();
  }

  /**
   * The renditions that players can start with, highest first. A job's new renditions are added all at once, when each
   * has a complete segment; until then those of the earlier job stay.
   */
  get playable(): LiveTrack[] {
    return [...this.tracks]
      .filter(([name]) => this.#playable.has(name))
      .map(([, track]) => track)
      .sort((a, b) => b.details.height - a.details.height);
  }

  /**
   * A rendition by name. One that the current job lacks, as its source is smaller, goes on as the lowest that there is,
   * for the players that read its playlist, until a later job has a segment of it.
   */
  track(name: string): LiveTrack | undefined {
    const own = this.tracks.get(name);
    return this.#retired.has(name) && !(own !== undefined && this.#playable.has(name)) ? this.playable.at(-1) : own;
  }

  /** Resolves to true once `condition` holds, or to false after `timeoutMs` or when the channel ends. */
  async waitFor(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0 || this.ended) return false;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          clearTimeout(timer);
          this.#waiting.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, left);
        this.#waiting.add(wake);
      });
    }
    return true;
  }

  /** The bytes of a complete segment, from memory or disk; undefined if there is none. */
  async segment(rendition: string, token: string, sequence: number): Promise<Buffer | undefined> {
    const live = this.#find(rendition, token, sequence);
    if (live?.complete === true && live.parts.length > 0) return Buffer.concat(live.parts.map(({ bytes }) => bytes));
    return this.#read(`${rendition}_${token}_${sequence}.m4s`);
  }

  /** The bytes of a part of one of the newest segments. */
  part(rendition: string, token: string, sequence: number, part: number): Buffer | undefined {
    return this.#find(rendition, token, sequence)?.parts[part]?.bytes;
  }

  /** The initialization segment of a rendition in a period. */
  async init(rendition: string, token: string): Promise<Buffer | undefined> {
    const track = this.tracks.get(rendition);
    return track?.token === token ? track.init : this.#read(`${rendition}_${token}_init.mp4`);
  }

  /** The next part, as far as it can be predicted. */
  next(track: LiveTrack): { token: string; sequence: number; part: number } {
    const last = track.segments.at(-1);
    const token = this.#job?.token ?? "";
    if (last === undefined) return { token, sequence: this.#job?.firstSequence ?? 0, part: 0 };
    const full = last.complete || last.duration >= this.options.segmentSeconds - 0.05;
    return full
      ? { token, sequence: last.sequence + 1, part: 0 }
      : { token, sequence: last.sequence, part: last.parts.length };
  }

  /** Ends the playlists; resolves when everything written is on disk. */
  async close(): Promise<void> {
    this.end(true);
    await this.#files;
  }

  /** The first unused sequence number and period: the index lacks what could not be stored. */
  #next(): { sequence: number; period: number } {
    const { index, id } = this.options;
    const stored = index.next(id);
    const newest = [...this.tracks.values()].flatMap(({ segments }) => segments.at(-1) ?? []);
    return {
      sequence: Math.max(stored.sequence, ...newest.map(({ sequence }) => sequence + 1)),
      period: Math.max(stored.period, ...newest.map(({ period }) => period + 1)),
    };
  }

  #init(rendition: LiveRendition, bytes: Buffer, tracks: Track[]): void {
    const job = this.#job;
    if (job === undefined) return;
    const { folder, id, index } = this.options;
    const details = { ...rendition, codecs: tracks.map(({ codec }) => codec).join(",") };
    this.#later(async () => {
      index.describe(id, job.token, details);
      await writeFile(join(folder, `${rendition.name}_${job.token}_init.mp4`), bytes);
    });
    job.described.set(rendition.name, { details, init: bytes });
  }

  #fragment(name: string, fragment: Fragment): void {
    const job = this.#job;
    const described = job?.described.get(name);
    if (job === undefined || described === undefined) return;
    let track = this.tracks.get(name);
    if (track?.token !== job.token) {
      if (!fragment.independent) return;
      track = this.#enter(job, name, described);
    }
    let current = track.segments.at(-1);
    const inJob = current?.token === job.token;
    if (
      fragment.independent &&
      (!inJob || current === undefined || current.duration >= this.options.segmentSeconds - 0.05)
    ) {
      this.#complete(name, track);
      current = {
        sequence: inJob && current !== undefined ? current.sequence + 1 : job.firstSequence,
        period: job.period,
        token: job.token,
        startMs: job.startedAt + fragment.start * 1000,
        duration: 0,
        mediaStart: fragment.start,
        present: true,
        complete: false,
        bytes: 0,
        parts: [],
      };
      track.segments.push(current);
      this.#slide(track);
    }
    if (current === undefined) return;
    current.parts.push({ duration: fragment.duration, independent: fragment.independent, bytes: fragment.bytes });
    current.duration += fragment.duration;
    current.bytes += fragment.bytes.length;
    this.#wake();
  }

  /** The job's first part of a rendition has arrived: its playlist continues with this job. */
  #enter(job: Job, name: string, described: Pick<LiveTrack, "details" | "init">): LiveTrack {
    const { id, index, windowSeconds } = this.options;
    for (const other of this.tracks.keys()) {
      if (job.renditions.some((rendition) => rendition.name === other)) continue;
      this.tracks.delete(other);
      this.#retired.add(other);
    }
    // After a restart the playlist starts with the recent segments on disk.
    const segments =
      this.tracks.get(name)?.segments ??
      index
        .between(id, name, job.startedAt - windowSeconds * 1000, Infinity)
        .map((segment) => ({ ...segment, complete: true, bytes: 0, parts: [] }));
    const bandwidth = configuredBandwidth(described.details, this.tracks.get(name)?.bandwidth);
    const track = { ...described, token: job.token, bandwidth, segments };
    this.tracks.set(name, track);
    return track;
  }

  /** Completes the rendition's growing segment: stores it on disk, then in the index. */
  #complete(name: string, track: LiveTrack): void {
    const segment = track.segments.at(-1);
    if (segment === undefined || segment.complete) return;
    segment.complete = true;
    const { folder, id, index, log } = this.options;
    const bytes = Buffer.concat(segment.parts.map((part) => part.bytes));
    const file = join(folder, `${name}_${segment.token}_${segment.sequence}.m4s`);
    this.#later(async () => {
      try {
        await writeFile(file, bytes);
        index.add(id, name, segment);
        segment.stored = true;
        if (!this.#stores) log.info("live segments are stored again");
        this.#stores = true;
      } catch (cause) {
        await rm(file, { force: true });
        throw cause;
      }
    });
    track.bandwidth = measuredBandwidth(track, this.targetDuration);
    const job = this.#job;
    const hasSegment = ({ name: rendition }: LiveRendition): boolean =>
      this.tracks.get(rendition)?.segments.some(({ complete, token }) => complete && token === job?.token) === true;
    if (job?.renditions.every(hasSegment) === true) this.#playable = new Set(this.tracks.keys());
    if (segment.sequence % 30 === 0) this.#later(async () => this.#prune());
  }

  /**
   * After an encoder died, some renditions may have fewer segments than others: these get gaps, so that the sequence
   * numbers match.
   */
  #level(): void {
    const newest = [...this.tracks.values()]
      .map(({ segments }) => segments.at(-1))
      .reduce(
        (best, segment) => (segment !== undefined && segment.sequence > (best?.sequence ?? -1) ? segment : best),
        undefined,
      );
    if (newest === undefined) return;
    const longest = [...this.tracks.values()].find(({ segments }) => segments.at(-1) === newest)?.segments ?? [];
    for (const [name, track] of this.tracks) {
      const last = track.segments.at(-1)?.sequence ?? newest.sequence - 1;
      for (const segment of longest.filter(({ sequence }) => sequence > last)) {
        const gap: LiveSegment = { ...segment, present: false, bytes: 0, parts: [] };
        track.segments.push(gap);
        this.#later(async () => this.options.index.add(this.options.id, name, gap));
      }
    }
  }

  /** Drops segments that have left the playlist, and the bytes of all but the newest and what could not be stored. */
  #slide(track: LiveTrack): void {
    const shown = this.shown(track, this.options.windowSeconds);
    track.segments.splice(0, track.segments.length - shown.length);
    for (const old of track.segments.slice(0, -segmentsInMemory)) if (old.stored) old.parts = [];
  }

  /** The segments that a playlist of `windowSeconds` shows. */
  shown({ segments }: LiveTrack, windowSeconds: number): LiveSegment[] {
    return shownSegments(segments, { windowSeconds, targetDuration: this.targetDuration });
  }

  #prune(): void {
    const { id, index, folder, startoverSeconds, windowSeconds } = this.options;
    const kept = Date.now() - Math.max(startoverSeconds, windowSeconds + 60) * 1000;
    // After a pause, a playlist may list segments that are older.
    const listed = [...this.tracks.values()].map(({ segments }) => segments[0]?.startMs ?? Infinity);
    for (const { rendition, token, sequence } of index.prune(id, Math.min(kept, ...listed), this.#job?.token ?? "")) {
      this.#later(() =>
        rm(join(folder, `${rendition}_${token}_${sequence}.${sequence === "init" ? "mp4" : "m4s"}`), { force: true }),
      );
    }
  }

  #find(rendition: string, token: string, sequence: number): LiveSegment | undefined {
    return this.tracks
      .get(rendition)
      ?.segments.find((segment) => segment.sequence === sequence && segment.token === token);
  }

  async #read(file: string): Promise<Buffer | undefined> {
    await this.#files;
    return readFile(join(this.options.folder, file)).catch(() => undefined);
  }

  /** Playback goes on from memory, whatever becomes of the disk. */
  #later(work: () => Promise<void>): void {
    this.#files = this.#files.then(work).catch((cause: unknown) => {
      if (this.#stores)
        this.options.log.error(
          "live segments cannot be stored; live playback continues, but viewers cannot seek back to them",
          isDiskFull(cause) ? new DiskFull(cause).message : cause,
        );
      this.#stores = false;
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

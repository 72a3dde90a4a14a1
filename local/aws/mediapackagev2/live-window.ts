import { mkdirSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../../log.ts";
import type { LiveRendition } from "../../media/live/settings.ts";
import { partSeconds } from "../../media/live/part-seconds.ts";
import type { LiveIngest } from "../cloud.ts";
import { FragmentReader, type Fragment } from "./fragment-reader.ts";
import type { Track } from "./mp4-boxes.ts";
import type { PlaylistPart } from "./hls.ts";
import type { IndexedSegment, PeriodRendition, SegmentIndex } from "./segment-index.ts";

/** How many of the newest segments keep their bytes in memory. */
const segmentsInMemory = 5;

/** A segment of the live window: growing, or complete. */
export interface LiveSegment extends IndexedSegment {
  complete: boolean;
  parts: (PlaylistPart & { bytes: Buffer })[];
}

/** One rendition of the current (or latest) encoding job. */
export interface LiveTrack {
  details: PeriodRendition;
  init: Buffer;
  /** Oldest first. */
  segments: LiveSegment[];
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
export class LiveWindow implements LiveIngest {
  readonly options: LiveWindowOptions;
  /** The latest job's tracks by rendition name, highest first; empty until its first fragments. */
  readonly tracks = new Map<string, LiveTrack>();
  /** The channel has stopped: playlists end. */
  ended = false;
  /** Longest part of the current job, in seconds. */
  partTarget = partSeconds;
  readonly #readers = new Map<string, FragmentReader>();
  #expected: readonly LiveRendition[] = [];
  #startedAt = 0;
  #period: { number: number; token: string } | undefined;
  #firstSequence = 0;
  #begun = false;
  #waiting = new Set<() => void>();
  /** File operations, in order. Never rejects. */
  #files: Promise<void> = Promise.resolve();

  constructor(options: LiveWindowOptions) {
    this.options = options;
    mkdirSync(options.folder, { recursive: true });
    this.#prune();
  }

  begin(job: { renditions: readonly LiveRendition[]; startedAt: number }): void {
    const next = this.options.index.next(this.options.id);
    this.ended = false;
    this.#expected = job.renditions;
    this.#startedAt = job.startedAt;
    this.#firstSequence = next.sequence;
    this.#period = { number: next.period, token: job.startedAt.toString(36) };
    const frameRate = job.renditions[0]?.frameRate ?? 30;
    // Parts consist of whole frames; a job's first part is longer by the audio encoder's delay.
    this.partTarget = Math.ceil(partSeconds * frameRate - 1e-6) / frameRate + 0.022;
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

  /** Whether players can start: all renditions have a complete segment, and had a new one since the engine started. */
  get playable(): boolean {
    const all = [...this.tracks.values()];
    this.#begun ||=
      all.length > 0 &&
      all.every(({ segments }) => segments.some(({ complete, token }) => complete && token === this.#period?.token));
    return this.#begun && all.every(({ segments }) => segments.some(({ complete }) => complete));
  }

  /** Resolves to true once `condition` holds, or to false after `timeoutMs` or when the channel ends. */
  async waitFor(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (!condition()) {
      const left = deadline - Date.now();
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
    return track !== undefined && token === this.#period?.token
      ? track.init
      : this.#read(`${rendition}_${token}_init.mp4`);
  }

  /** The next part, as far as it can be predicted. */
  next(track: LiveTrack): { token: string; sequence: number; part: number } {
    const last = track.segments.at(-1);
    const token = this.#period?.token ?? "";
    if (last === undefined) return { token, sequence: this.#firstSequence, part: 0 };
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

  #init(rendition: LiveRendition, bytes: Buffer, tracks: Track[]): void {
    const period = this.#period;
    if (period === undefined) return;
    const { id, index } = this.options;
    // Renditions that the new job lacks end when its first one starts.
    for (const name of this.tracks.keys())
      if (!this.#expected.some((expected) => expected.name === name)) this.tracks.delete(name);
    const codecs = tracks.map(({ codec }) => codec).join(",");
    const details: PeriodRendition = { ...rendition, codecs };
    index.describe(id, period.token, details);
    this.#later(() => writeFile(join(this.options.folder, `${rendition.name}_${period.token}_init.mp4`), bytes));
    const { windowSeconds } = this.options;
    // After a restart the playlist starts with the recent segments on disk.
    const past =
      this.tracks.get(rendition.name)?.segments ??
      index
        .between(id, rendition.name, this.#startedAt - windowSeconds * 1000, Infinity)
        .map((segment) => ({ ...segment, complete: true, parts: [] }));
    this.tracks.set(rendition.name, { details, init: bytes, segments: past });
  }

  #fragment(name: string, fragment: Fragment): void {
    const track = this.tracks.get(name);
    const period = this.#period;
    if (track === undefined || period === undefined) return;
    let current = track.segments.at(-1);
    const inJob = current?.token === period.token;
    if (
      fragment.independent &&
      (!inJob || current === undefined || current.duration >= this.options.segmentSeconds - 0.05)
    ) {
      this.#complete(name, track);
      current = {
        sequence: inJob && current !== undefined ? current.sequence + 1 : this.#firstSequence,
        period: period.number,
        token: period.token,
        startMs: this.#startedAt + fragment.start * 1000,
        duration: 0,
        mediaStart: fragment.start,
        present: true,
        complete: false,
        parts: [],
      };
      track.segments.push(current);
      this.#slide(track);
    } else if (!inJob || current === undefined) return;
    current.parts.push({ duration: fragment.duration, independent: fragment.independent, bytes: fragment.bytes });
    current.duration += fragment.duration;
    this.#wake();
  }

  /** Completes the rendition's growing segment: stores it on disk, then in the index. */
  #complete(name: string, track: LiveTrack): void {
    const segment = track.segments.at(-1);
    if (segment === undefined || segment.complete) return;
    segment.complete = true;
    const { folder, id, index } = this.options;
    const bytes = Buffer.concat(segment.parts.map((part) => part.bytes));
    this.#later(() => writeFile(join(folder, `${name}_${segment.token}_${segment.sequence}.m4s`), bytes));
    index.add(id, name, segment);
    if (segment.sequence % 30 === 0) this.#prune();
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
        const gap: LiveSegment = { ...segment, present: false, parts: [] };
        track.segments.push(gap);
        this.options.index.add(this.options.id, name, gap);
      }
    }
  }

  /** Drops segments that have left the playlist, and the bytes of all but the newest. */
  #slide(track: LiveTrack): void {
    const newest = track.segments.at(-1)!;
    const horizon = newest.startMs - this.options.windowSeconds * 1000;
    let first = track.segments.findIndex(({ startMs, duration }) => startMs + duration * 1000 > horizon);
    // A playlist's sequence numbers are consecutive, so segments before a hole are dropped.
    for (let i = track.segments.length - 1; i > first; i--)
      if (track.segments[i]!.sequence !== track.segments[i - 1]!.sequence + 1) first = i;
    track.segments.splice(0, first);
    for (const old of track.segments.slice(0, -segmentsInMemory)) old.parts = [];
  }

  #prune(): void {
    const { id, index, folder, startoverSeconds, windowSeconds } = this.options;
    const kept = Math.max(startoverSeconds, windowSeconds + 60);
    for (const { rendition, token, sequence } of index.prune(id, Date.now() - kept * 1000, this.#period?.token ?? "")) {
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

  #later(work: () => Promise<void>): void {
    this.#files = this.#files
      .then(work)
      .catch((cause: unknown) =>
        this.options.log.error(
          "could not store a live segment; live playback continues, but viewers cannot seek back to it",
          cause,
        ),
      );
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }
}

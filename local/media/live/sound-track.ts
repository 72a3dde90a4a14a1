import { blockSamples, sampleRate, type Stereo } from "../stereo-block.ts";

const second = sampleRate;
/** Sound that is less off than this is not moved: timestamps are whole milliseconds, and clocks drift. */
const tolerance = 0.05 * second;
/** Sound is encoded this far ahead of the picture at most. */
const lead = 0.05 * second;
/** While sound comes, how much later than usual it may be before silence takes its place. */
const patience = 0.5 * second;
/** Sound that has not come for this much picture has stopped: nothing waits for it any more. */
const stoppedAfter = second;
/** Sound that is further behind the picture than this is not waited for. */
const mostBehind = 30 * second;

/**
 * One unbroken sound track from time 0, whatever arrives: gaps are filled with silence, what overlaps is cut, sound
 * that comes early waits for its picture. The picture never waits for sound that does not come. Times are in samples.
 */
export class SoundTrack {
  readonly #emit: (block: Stereo) => void;
  readonly #block: Stereo = [new Float32Array(blockSamples), new Float32Array(blockSamples)];
  #filled = 0;
  /** End of what was emitted or is in the block. */
  #next = 0;
  /** Nothing is encoded after this. */
  #end = Infinity;
  readonly #waiting: { start: number; samples: Stereo }[] = [];
  #picture = 0;
  /** Where the picture was when sound last came; undefined if none is expected. */
  #heard: number | undefined;
  /** How far sound is behind the picture, at most. */
  #behind = 0;

  /** @param emit Takes each block in order; its arrays are used again. */
  constructor(emit: (block: Stereo) => void) {
    this.#emit = emit;
  }

  /** Whether sound comes, or is expected. */
  get isPresent(): boolean {
    return this.#heard !== undefined && this.#picture - this.#heard <= stoppedAfter;
  }

  /** Sound has been announced: it is waited for a little. */
  expect(): void {
    this.#heard = this.#picture;
  }

  /** Adds sound that begins at `start`. */
  add(start: number, samples: Stereo): void {
    if (!this.isPresent) this.#behind = 0;
    this.#heard = this.#picture;
    this.#behind = Math.min(mostBehind, Math.max(this.#behind, this.#picture - start - samples[0].length));
    const at = this.#waiting.findLastIndex((one) => one.start <= start) + 1;
    this.#waiting.splice(at, 0, { start, samples });
    this.#release();
  }

  /** The picture has come to this time. */
  advance(picture: number): void {
    this.#picture = picture;
    this.#release();
    const due = this.isPresent ? picture - this.#behind - patience : picture;
    this.#silence(Math.min(due, this.#waiting[0]?.start ?? Infinity));
  }

  /** The picture has ended here, and so does the sound. */
  finish(end: number): void {
    this.#picture = end;
    this.#end = end;
    this.#release();
    this.#silence(end);
    if (this.#filled > 0) this.#silence(this.#next + blockSamples - this.#filled);
  }

  #release(): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].start < this.#picture + lead) {
      const { start, samples } = this.#waiting.shift()!;
      const off = start - this.#next;
      if (off > tolerance) this.#silence(Math.min(start, this.#end));
      this.#write(samples, off < -tolerance ? Math.min(samples[0].length, -off) : 0);
    }
  }

  #silence(until: number): void {
    while (this.#next < until) {
      const count = Math.min(blockSamples - this.#filled, Math.ceil(until - this.#next));
      for (const channel of this.#block) channel.fill(0, this.#filled, this.#filled + count);
      this.#took(count);
    }
  }

  #write(samples: Stereo, from: number): void {
    const length = Math.min(samples[0].length, from + this.#end - this.#next);
    for (let at = from; at < length;) {
      const count = Math.min(blockSamples - this.#filled, length - at);
      for (const [i, channel] of this.#block.entries()) channel.set(samples[i]!.subarray(at, at + count), this.#filled);
      at += count;
      this.#took(count);
    }
  }

  #took(count: number): void {
    this.#filled += count;
    this.#next += count;
    if (this.#filled < blockSamples) return;
    this.#filled = 0;
    this.#emit(this.#block);
  }
}

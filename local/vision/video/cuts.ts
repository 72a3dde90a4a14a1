/** Side lengths of the thumbnail on which cuts are found. */
export const thumbnail = { width: 64, height: 36 };

/** A frame's luma and chroma as a tiny picture (YUV 4:2:0). */
export interface Thumbnail {
  luma: Uint8Array;
  blue: Uint8Array;
  red: Uint8Array;
}

/** A change is a cut from this score on, in grey levels. */
const least = 9;
/** Ratio to what the picture has been doing lately: a pan or a crowd changes every pixel, but in every frame. */
const timesUsual = 2.5;
/** How much of the usual change each new frame replaces. */
const renewal = 0.15;

/**
 * Finds the frames in which a new shot begins, as FFmpeg's `scdet` does: where the mean change of the picture jumps.
 * A change of the distribution of brightness counts too, as motion alone hardly changes that.
 */
export class CutFinder {
  #previous: Thumbnail | undefined;
  #usual: number | undefined;
  #lastChange = 0;

  /** Whether the frame begins a new shot. Takes frames in order; the first one never does. */
  isCut(frame: Thumbnail): boolean {
    const previous = this.#previous;
    this.#previous = frame;
    if (previous === undefined) return false;
    const change = meanChange(previous, frame);
    const jump = Math.min(change, Math.abs(change - this.#lastChange));
    const score = jump + spread(previous.luma, frame.luma);
    this.#lastChange = change;
    const usual = this.#usual ?? score;
    const isCut = score >= least && score >= timesUsual * usual;
    // What follows a cut is compared with the time before it; the cut itself is no measure of anything.
    if (!isCut) this.#usual = usual + renewal * (score - usual);
    return isCut;
  }
}

/** Mean difference of all samples, chroma counting as much as luma. */
function meanChange(a: Thumbnail, b: Thumbnail): number {
  return (
    difference(a.luma, b.luma) / a.luma.length +
    (difference(a.blue, b.blue) + difference(a.red, b.red)) / (a.blue.length + a.red.length)
  );
}

function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum;
}

/** How far, in grey levels, the distribution of brightness moved (earth mover's distance of the histograms). */
function spread(a: Uint8Array, b: Uint8Array): number {
  const histogram = new Int32Array(256);
  for (let i = 0; i < a.length; i++) {
    histogram[a[i]!]! += 1;
    histogram[b[i]!]! -= 1;
  }
  let carried = 0;
  let moved = 0;
  for (const count of histogram) {
    carried += count;
    moved += Math.abs(carried);
  }
  return moved / a.length;
}

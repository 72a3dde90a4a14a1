/**
 * How long the last picture stands in for a missing one before black does, in milliseconds: the value that MediaLive's
 * console suggests for RepeatFrameMsec. https://docs.aws.amazon.com/medialive/latest/ug/feature-input-loss.html
 */
const repeatMs = 1_000;
/** A picture takes the next place if it is at most this far off, in frames: its time is rounded, and jitters. */
const tolerance = 0.8;

/** Where the pictures of a track go. */
export interface PictureTrackEvents<Picture> {
  /** The picture with this number, counted from 0; undefined: black. */
  show(picture: Picture | undefined, number: number): void;
  /** The picture is not shown any more. */
  free(picture: Picture): void;
}

/**
 * One unbroken track of pictures at a constant rate from time 0, whatever arrives: a missing picture is replaced by the
 * one before, and by black after a second; one that comes after its time is dropped.
 */
export class PictureTrack<Picture> {
  readonly #framesPerMs: number;
  readonly #events: PictureTrackEvents<Picture>;
  #last: Picture | undefined;
  /** Number of the last picture that arrived, and where it ends. */
  #lastNumber = 0;
  #lastEnd = 0;
  #length = 0;

  /** @param frameRate Frames per second. */
  constructor(frameRate: number, events: PictureTrackEvents<Picture>) {
    this.#framesPerMs = frameRate / 1000;
    this.#events = events;
  }

  /** How many pictures were shown. */
  get length(): number {
    return this.#length;
  }

  /** Adds the picture of this time, which is made by `render` if it is not too late. */
  add(time: { atMs: number; durationMs: number }, render: () => Picture): void {
    const at = time.atMs * this.#framesPerMs;
    const number = Math.abs(at - this.#length) < tolerance ? this.#length : Math.round(at);
    if (number < this.#length) return;
    const picture = render();
    // What is before the first picture is the first picture, too.
    if (this.#last !== undefined) this.#fill(number);
    this.#release();
    this.#last = picture;
    this.#lastNumber = number;
    this.#fill(number + 1);
    this.#lastEnd = at + time.durationMs * this.#framesPerMs;
  }

  /** No picture comes for the time before `untilMs`. Nothing happens before the first picture. */
  lose(untilMs: number): void {
    if (this.#last !== undefined) this.#fill(Math.round(untilMs * this.#framesPerMs));
  }

  /** Shows the last picture for as long as it lasts. */
  finish(): void {
    this.#fill(Math.round(this.#lastEnd));
    this.#release();
  }

  #fill(end: number): void {
    for (; this.#length < end; this.#length++) {
      const isOld = this.#length - this.#lastNumber > repeatMs * this.#framesPerMs;
      this.#events.show(isOld ? undefined : this.#last, this.#length);
    }
  }

  #release(): void {
    if (this.#last !== undefined) this.#events.free(this.#last);
    this.#last = undefined;
  }
}

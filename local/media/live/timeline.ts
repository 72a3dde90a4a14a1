/** A longer jump is a new clock, not a pause of the publisher, in milliseconds. */
const forwardJump = 30_000;
const backwardJump = -1_000;
/** Two tracks of one clock are at most this far apart, in milliseconds. */
const mostApart = 30_000;
/** Replaces a jump: about one frame, in milliseconds. */
const step = 33;

type Track = "video" | "audio";

/**
 * Turns a publisher's 32-bit millisecond timestamps, which start anywhere, wrap and may jump, into a continuous
 * timeline from 0. Each track has its own clock, since sound may arrive well before or after its picture. They stay as
 * far apart as they are, also across a jump of the publisher's clock.
 */
export class Timeline {
  readonly #tracks = new Map<Track, { input: number; output: number }>();
  /** Output minus input, by the latest jump or the first packet. */
  #shift: number | undefined;

  /**
   * The place of a track's timestamp on the timeline, in milliseconds; negative before its start. `jumped`: the
   * publisher's clock has changed here, and no packet of the other track has told so before.
   */
  place(name: Track, timestamp: number): { at: number; jumped: boolean } {
    const track = this.#tracks.get(name);
    if (this.#shift === undefined) this.#shift = -timestamp;
    if (track !== undefined) {
      const difference = (timestamp - track.input) | 0;
      if (difference >= backwardJump && difference <= forwardJump) {
        track.input = timestamp;
        track.output += difference;
        return { at: track.output, jumped: false };
      }
    }
    // A new clock, of which the other track may have told.
    const near = track?.output ?? this.#tracks.get(name === "video" ? "audio" : "video")?.output ?? 0;
    const apart = (timestamp + this.#shift - near) | 0;
    const isKnown = apart <= mostApart && apart >= (track === undefined ? -mostApart : backwardJump);
    const at = near + (isKnown ? apart : step);
    if (!isKnown) this.#shift = at - timestamp;
    this.#tracks.set(name, { input: timestamp, output: at });
    return { at, jumped: !isKnown };
  }
}

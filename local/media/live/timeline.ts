/** A clock that gains more than this on ours between two packets has jumped; less is a hiccup, in milliseconds. */
const forwardJump = 5_000;
const backwardJump = -1_000;
/** Two tracks of one clock are at most this far apart, in milliseconds. */
const mostApart = 30_000;
/** Replaces a jump at least: about one frame, in milliseconds. */
const step = 33;
/** Replaces a jump at most: a longer pause ends the publication, in milliseconds. */
const longestPause = 30_000;

type Track = "video" | "audio";

/**
 * Turns a publisher's 32-bit millisecond timestamps, which start anywhere, wrap and may jump, into a continuous
 * timeline from 0. Each track has its own clock, since sound may arrive well before or after its picture. They stay as
 * far apart as they are, also across a jump of the publisher's clock, which takes as long as it really took.
 */
export class Timeline {
  readonly #tracks = new Map<Track, { input: number; output: number; nowMs: number }>();
  /** Output minus input, by the latest jump or the first packet. */
  #shift: number | undefined;

  /**
   * The place of a track's timestamp on the timeline, in milliseconds; negative before its start. `nowMs` is when it
   * arrived, by our clock. `jumped`: the publisher's clock has changed here, and no packet of the other track has told
   * so before.
   */
  place(name: Track, timestamp: number, nowMs: number): { at: number; jumped: boolean } {
    const track = this.#tracks.get(name);
    if (this.#shift === undefined) this.#shift = -timestamp;
    if (track !== undefined) {
      const difference = (timestamp - track.input) | 0;
      if (difference >= backwardJump && difference <= nowMs - track.nowMs + forwardJump) {
        track.input = timestamp;
        track.output += difference;
        track.nowMs = nowMs;
        return { at: track.output, jumped: false };
      }
    }
    // A new clock, of which the other track may have told.
    const before = track ?? this.#tracks.get(name === "video" ? "audio" : "video") ?? { output: 0, nowMs };
    const apart = (timestamp + this.#shift - before.output) | 0;
    const isKnown =
      track === undefined
        ? Math.abs(apart) <= mostApart
        : apart >= backwardJump && apart <= nowMs - track.nowMs + forwardJump;
    const pause = Math.min(longestPause, Math.max(step, nowMs - before.nowMs));
    const at = before.output + (isKnown ? apart : pause);
    if (!isKnown) this.#shift = at - timestamp;
    this.#tracks.set(name, { input: timestamp, output: at, nowMs });
    return { at, jumped: !isKnown };
  }
}

/** A clock that gains more than this on ours between two packets has jumped; less is a hiccup, in milliseconds. */
const forwardJump = 5_000;
const backwardJump = -1_000;
/** Two tracks of one clock are at most this far apart, in milliseconds. */
const mostApart = 30_000;
/** Replaces a jump at least: about one frame, in milliseconds. */
const step = 33;
/** A picture may come this much later than usual; after that, something takes its place. In milliseconds. */
export const patienceMs = 500;
/** A publisher whose pictures are too late may take this long to catch up, in milliseconds. */
const catchUpMs = 2_000;
/** Less than this is not worth a move back, in milliseconds. */
const leastMove = 100;

type Track = "video" | "audio";

/**
 * Turns a publisher's 32-bit millisecond timestamps, which start anywhere, wrap and may jump, into a continuous
 * timeline. Each track has its own clock, since sound may arrive well before or after its picture. They stay as far
 * apart as they are, also across a jump of the publisher's clock, which takes as long as it really took. After a stall,
 * a publisher may send what it has kept and be on time again; if it stays late, both tracks move to where they arrive,
 * and back as it catches up: so a stall never adds to the latency.
 */
export class Timeline {
  readonly #tracks = new Map<Track, { input: number; output: number; nowMs: number }>();
  readonly #first: number;
  /** Output minus input, by the latest jump or the first packet. */
  #shift: number | undefined;
  /** Our clock at the timeline's 0, if nothing is late. */
  #zeroMs = 0;
  /** Since when pictures are too late, by our clock. */
  #lateSinceMs: number | undefined;
  /** How far the tracks were moved because they were late. */
  #delay = 0;
  /** The latest that a picture has been for some time. */
  #latest = { sinceMs: 0, late: -Infinity };

  /** @param first The place of the first packet, in milliseconds. */
  constructor(first = 0) {
    this.#first = first;
  }

  /**
   * The place of a track's timestamp on the timeline, in milliseconds; negative before its start. `nowMs` is when it
   * arrived, by our clock. `jumped`: the publisher's clock has changed here, and no packet of the other track has told
   * so before.
   */
  place(name: Track, timestamp: number, nowMs: number): { at: number; jumped: boolean } {
    if (this.#shift === undefined) {
      this.#shift = this.#first - timestamp;
      this.#zeroMs = nowMs - this.#first;
    }
    const track = this.#tracks.get(name);
    const { at, jumped } = this.#continue(track, timestamp, nowMs) ?? this.#begin(name, timestamp, nowMs, this.#shift);
    if (name === "audio") return { at, jumped };
    const move = this.#late(at, nowMs);
    if (move !== 0) this.#move(move);
    return { at: at + move, jumped };
  }

  /** The place of a packet that follows the one before. */
  #continue(
    track: { input: number; output: number; nowMs: number } | undefined,
    timestamp: number,
    nowMs: number,
  ): { at: number; jumped: boolean } | undefined {
    if (track === undefined) return undefined;
    const difference = (timestamp - track.input) | 0;
    if (difference < backwardJump || difference > nowMs - track.nowMs + forwardJump) return undefined;
    track.input = timestamp;
    track.output += difference;
    track.nowMs = nowMs;
    return { at: track.output, jumped: false };
  }

  /** The place of the first packet by a new clock, of which the other track may have told. */
  #begin(name: Track, timestamp: number, nowMs: number, shift: number): { at: number; jumped: boolean } {
    const track = this.#tracks.get(name);
    const before = track ?? this.#tracks.get(name === "video" ? "audio" : "video") ?? { output: this.#first, nowMs };
    const apart = (timestamp + shift - before.output) | 0;
    const isKnown =
      track === undefined
        ? Math.abs(apart) <= mostApart
        : apart >= backwardJump && apart <= nowMs - track.nowMs + forwardJump;
    const at = before.output + (isKnown ? apart : Math.max(step, nowMs - before.nowMs));
    if (!isKnown) this.#shift = at - timestamp;
    this.#tracks.set(name, { input: timestamp, output: at, nowMs });
    return { at, jumped: !isKnown };
  }

  /** How far the tracks are to be moved, as this picture is too late or no longer is. */
  #late(at: number, nowMs: number): number {
    const late = nowMs - this.#zeroMs - at;
    if (late <= patienceMs) this.#lateSinceMs = undefined;
    if (late < -patienceMs) return -Math.min(this.#delay, -late);
    if (late <= patienceMs) return -Math.min(this.#delay, this.#early(late, nowMs));
    this.#lateSinceMs ??= nowMs;
    return nowMs - this.#lateSinceMs < catchUpMs ? 0 : late;
  }

  /** How early all pictures have been for some time. */
  #early(late: number, nowMs: number): number {
    this.#latest.late = Math.max(this.#latest.late, late);
    if (nowMs - this.#latest.sinceMs < catchUpMs) return 0;
    const early = -this.#latest.late;
    this.#latest = { sinceMs: nowMs, late: -Infinity };
    return early > leastMove ? early : 0;
  }

  #move(by: number): void {
    this.#latest = { sinceMs: this.#latest.sinceMs, late: -Infinity };
    this.#delay += by;
    this.#lateSinceMs = undefined;
    this.#shift = (this.#shift ?? 0) + by;
    for (const track of this.#tracks.values()) track.output += by;
  }
}

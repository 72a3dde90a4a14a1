import { readFragmentTime, readTracks, type FragmentTime, type Track } from "./mp4-boxes.ts";

/** One CMAF chunk: a `moof` and its `mdat`. */
export interface Fragment extends FragmentTime {
  bytes: Buffer;
}

export interface FragmentEvents {
  /** The initialization segment: once, before the first fragment. */
  init(bytes: Buffer, tracks: Track[]): void;
  fragment(fragment: Fragment): void;
}

/** A larger box cannot be a live fragment and must not be buffered in memory. */
const largestBox = 64 * 1024 * 1024;

/** Splits a growing fragmented MP4, received in arbitrary pieces, into its initialization segment and fragments. */
export class FragmentReader {
  readonly #events: FragmentEvents;
  #chunks: Buffer[] = [];
  #length = 0;
  #wanted = 8;
  #ftyp: Buffer | undefined;
  #moof: Buffer | undefined;
  #tracks: Track[] = [];

  constructor(events: FragmentEvents) {
    this.#events = events;
  }

  /** Throws RangeError if the input is not fragmented MP4. */
  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    while (this.#length >= this.#wanted) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      const size = all.readUInt32BE(0);
      if (size < 8 || size > largestBox)
        throw new RangeError(`A box of the live stream has an invalid size of ${size} bytes.`);
      this.#chunks = [all];
      this.#wanted = size;
      if (all.length < size) return;
      this.#box(all.toString("latin1", 4, 8), all.subarray(0, size));
      this.#chunks = all.length === size ? [] : [all.subarray(size)];
      this.#length = all.length - size;
      this.#wanted = 8;
    }
  }

  #box(type: string, bytes: Buffer): void {
    if (type === "ftyp") this.#ftyp = bytes;
    else if (type === "moov") {
      const init = Buffer.concat([this.#ftyp ?? Buffer.alloc(0), bytes]);
      this.#tracks = readTracks(init);
      this.#events.init(init, this.#tracks);
    } else if (type === "moof") this.#moof = bytes;
    else if (type === "mdat" && this.#moof !== undefined) {
      const time = readFragmentTime(this.#moof, this.#tracks);
      // A copy, so that a part kept for minutes does not keep the pipe's larger buffers alive.
      if (time !== undefined) this.#events.fragment({ ...time, bytes: Buffer.concat([this.#moof, bytes]) });
      this.#moof = undefined;
    }
  }
}

/** The bytes end early, or go on in a way that can't be read. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Reads bytes from front to back. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The next byte, without taking it. */
  get next(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** Takes the next bytes. Throws {@link UnreadableError} if there are fewer. */
  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) return this.unreadable("a value is cut off");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** Takes all that is left. */
  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }

  /** Gives up the rest. Throws {@link UnreadableError}. */
  unreadable(why: string): never {
    this.#at = this.#bytes.length;
    throw new UnreadableError(why);
  }
}

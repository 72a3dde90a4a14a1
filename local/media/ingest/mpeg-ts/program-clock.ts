const modulus = 2 ** 33;
const ticksPerMs = 90;

/** The difference of two times of 90 kHz modulo 2^33, the shorter way round. */
export function ticksBetween(from: number, to: number): number {
  const difference = (((to - from) % modulus) + modulus) % modulus;
  return difference >= modulus / 2 ? difference - modulus : difference;
}

/** Milliseconds modulo 2^32 of a time that {@link ProgramClock} has made continuous. */
export function millisecondsOf(ticks: number): number {
  return Math.round(ticks / ticksPerMs) >>> 0;
}

/** The clock that all streams of a program share. Its 33 bits wrap every 26.5 hours, which must not be a jump. */
export class ProgramClock {
  #latest: number | undefined;

  /** The time without wraps, in ticks of 90 kHz; negative if the stream goes back beyond its beginning. */
  unwrap(ticks: number): number {
    this.#latest = this.#latest === undefined ? ticks : this.#latest + ticksBetween(this.#latest, ticks);
    return this.#latest;
  }
}

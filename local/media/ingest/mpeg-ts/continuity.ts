import type { TransportPacket } from "./packet-reader.ts";

/** Follows the counter of a PID's packets (ITU-T H.222.0, 2.4.3.3). */
export class Continuity {
  #counter: number | undefined;

  /** Whether the packet follows the one before, comes after a gap, or is a copy of the one before. */
  check({ counter, discontinuity }: TransportPacket): "next" | "gap" | "copy" {
    const before = this.#counter;
    this.#counter = counter;
    if (before === undefined || discontinuity) return "next";
    if (counter === before) return "copy";
    return counter === ((before + 1) & 0x0f) ? "next" : "gap";
  }
}

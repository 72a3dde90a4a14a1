import { Continuity } from "./continuity.ts";
import type { TransportPacket } from "./packet-reader.ts";

const header = 3;
const stuffing = 0xff;

/** Puts the sections of one PID together: the tables that say what a transport stream holds. */
export class SectionReader {
  readonly #continuity = new Continuity();
  #waiting: Buffer | undefined;

  *push(packet: TransportPacket): Generator<Buffer> {
    const order = this.#continuity.check(packet);
    if (order === "copy") return;
    if (order === "gap") this.#waiting = undefined;
    const { payload } = packet;
    if (!packet.starts) {
      yield* this.#append(payload);
      return;
    }
    const begin = 1 + (payload[0] ?? 0);
    yield* this.#append(payload.subarray(1, begin));
    this.#waiting = Buffer.alloc(0);
    yield* this.#append(payload.subarray(begin));
  }

  *#append(bytes: Buffer): Generator<Buffer> {
    if (this.#waiting === undefined) return;
    let rest = Buffer.concat([this.#waiting, bytes]);
    while (rest.length >= header && rest[0] !== stuffing) {
      const size = header + (rest.readUInt16BE(1) & 0x0fff);
      if (rest.length < size) {
        this.#waiting = rest;
        return;
      }
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
    }
    this.#waiting = rest.length < header ? rest : undefined;
  }
}

import { Continuity } from "./continuity.ts";
import type { TransportPacket } from "./packet-reader.ts";

/** Largest PES packet, which bounds a publisher's memory: as RTMP's tags. */
const largestPes = 8 * 1024 * 1024;
const fixedHeader = 9;

/** One PES packet: by convention one picture, or some frames of sound. */
export interface PesPacket {
  /** Presentation and decoding time, in ticks of 90 kHz modulo 2^33; undefined if it tells none. */
  pts: number | undefined;
  dts: number | undefined;
  data: Buffer;
}

/** Puts the PES packets of one PID together (ITU-T H.222.0, 2.4.3.6). One with a gap is left out. */
export class PesReader {
  readonly #continuity = new Continuity();
  /** The parts of the packet that is under way, if its beginning is known. */
  #parts: Buffer[] | undefined;
  #size = 0;

  *push(packet: TransportPacket): Generator<PesPacket> {
    const order = this.#continuity.check(packet);
    if (order === "copy") return;
    if (order === "gap") this.#parts = undefined;
    if (packet.starts) {
      yield* this.finish();
      this.#parts = [];
      this.#size = 0;
    }
    if (this.#parts === undefined) return;
    this.#parts.push(packet.payload);
    this.#size += packet.payload.length;
    if (this.#size > largestPes) this.#parts = undefined;
    // The length is in the first part; pictures mostly tell none and end where the next begins.
    const first = this.#parts?.[0];
    const length = first !== undefined && first.length >= 6 ? first.readUInt16BE(4) : 0;
    if (length > 0 && this.#size >= 6 + length) yield* this.finish();
  }

  /** The packet that is under way. */
  *finish(): Generator<PesPacket> {
    const parts = this.#parts;
    this.#parts = undefined;
    const packet = parts === undefined ? undefined : readPes(Buffer.concat(parts));
    if (packet !== undefined) yield packet;
  }
}

function readPes(bytes: Buffer): PesPacket | undefined {
  if (bytes.length < fixedHeader || bytes.readUIntBE(0, 3) !== 1 || bytes[6]! >> 6 !== 2) return undefined;
  const length = bytes.readUInt16BE(4);
  const data = bytes.subarray(fixedHeader + bytes[8]!, length === 0 ? bytes.length : 6 + length);
  const times = bytes[7]! >> 6;
  const pts = times >= 2 ? readTime(bytes, fixedHeader) : undefined;
  return { pts, dts: times === 3 ? readTime(bytes, fixedHeader + 5) : pts, data };
}

/** 33 bits in five bytes, with marker bits between them. */
function readTime(bytes: Buffer, at: number): number | undefined {
  if (bytes.length < at + 5) return undefined;
  const high = (bytes[at]! >> 1) & 0x07;
  return high * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1);
}

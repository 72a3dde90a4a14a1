import { IngestError } from "../ingest-error.ts";

const packetSize = 188;
const syncByte = 0x47;
/** Bytes without a packet after which it is something else. */
const mostStrayBytes = 64 * 1024;

/** A transport stream packet with a payload. */
export interface TransportPacket {
  pid: number;
  /** A PES packet or a section begins in it. */
  starts: boolean;
  /** Counts the packets of a PID, modulo 16. */
  counter: number;
  /** The counter may be off here, on purpose. */
  discontinuity: boolean;
  payload: Buffer;
}

/**
 * Reads the packets of an MPEG transport stream (ITU-T H.222.0, 2.4.3.2), however its bytes are split. Skips those
 * without payload, scrambled or marked as damaged.
 */
export class PacketReader {
  #waiting: Buffer = Buffer.alloc(0);
  #stray = 0;

  /** @throws {@link IngestError} `protocol`: it is not a transport stream. */
  *push(bytes: Buffer): Generator<TransportPacket> {
    let rest = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    while (rest.length >= packetSize) {
      // A byte of the payload may look like the one that packets begin with.
      const inStep = rest[0] === syncByte && (rest.length === packetSize || rest[packetSize] === syncByte);
      if (inStep) {
        const packet = readPacket(rest.subarray(0, packetSize));
        rest = rest.subarray(packetSize);
        this.#stray = 0;
        if (packet !== undefined) yield packet;
        continue;
      }
      const next = rest.indexOf(syncByte, 1);
      const skipped = next < 0 ? rest.length : next;
      rest = rest.subarray(skipped);
      this.#stray += skipped;
      if (this.#stray > mostStrayBytes) throw new IngestError("protocol", "what it sends is not an MPEG-TS stream");
    }
    this.#waiting = rest;
  }
}

function readPacket(bytes: Buffer): TransportPacket | undefined {
  const flags = bytes.readUInt16BE(1);
  const isDamaged = (flags & 0x8000) !== 0;
  const control = bytes[3]!;
  const isScrambled = control >> 6 !== 0;
  const hasPayload = (control & 0x10) !== 0;
  if (isDamaged || isScrambled || !hasPayload) return undefined;
  const adaptationLength = (control & 0x20) === 0 ? undefined : bytes[4]!;
  return {
    pid: flags & 0x1fff,
    starts: (flags & 0x4000) !== 0,
    counter: control & 0x0f,
    discontinuity: adaptationLength !== undefined && adaptationLength > 0 && (bytes[5]! & 0x80) !== 0,
    payload: bytes.subarray(adaptationLength === undefined ? 4 : 5 + adaptationLength),
  };
}

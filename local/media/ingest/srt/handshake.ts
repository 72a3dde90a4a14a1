/**
 * The fields of SRT's packets that pass by (draft-sharabayko-srt-01, 3.2): who connects, and how the listener answers.
 */

const controlHeader = 16;
const handshakeSize = 48;
const controlTypes = { handshake: 0x8000, shutdown: 0x8005 } as const;
/** Handshake types; from 1000 on they are the reasons of a rejection. */
const conclusion = 0xffffffff;
const firstRejection = 1000;
const lastRejection = 0x7fffffff;
const streamIdExtension = 5;

/** What a handshake packet says. */
export interface Handshake {
  /** `conclusion`: the caller's demand with passphrase and stream id, or the listener's consent. */
  phase: "induction" | "conclusion" | "rejection";
  /** Why the listener rejects: libsrt's reason plus 1000. */
  rejection: number;
  /** The number of the sender's socket: the destination of packets to it. */
  socketId: number;
}

/** Reads a handshake packet; `undefined` if it is another packet. */
export function readHandshake(packet: Buffer): Handshake | undefined {
  if (packet.length < controlHeader + handshakeSize || packet.readUInt16BE(0) !== controlTypes.handshake)
    return undefined;
  const type = packet.readUInt32BE(controlHeader + 20);
  const isRejection = type >= firstRejection && type <= lastRejection;
  return {
    phase: isRejection ? "rejection" : type === conclusion ? "conclusion" : "induction",
    rejection: isRejection ? type : 0,
    socketId: packet.readUInt32BE(controlHeader + 24),
  };
}

/** The stream id of a caller's conclusion; `undefined` if it tells none. */
export function readStreamId(packet: Buffer): string | undefined {
  for (let at = controlHeader + handshakeSize; at + 4 <= packet.length;) {
    const end = at + 4 + packet.readUInt16BE(at + 2) * 4;
    if (end > packet.length) return undefined;
    if (packet.readUInt16BE(at) === streamIdExtension) {
      // The text comes as 32-bit words with their bytes in reverse, filled up with zeros.
      const text = Buffer.from(packet.subarray(at + 4, end)).swap32();
      const length = text.indexOf(0);
      return text.toString("utf8", 0, length < 0 ? text.length : length);
    }
    at = end;
  }
  return undefined;
}

/** Whether the packet says that the connection is over. */
export function isShutdown(packet: Buffer): boolean {
  return packet.length >= controlHeader && packet.readUInt16BE(0) === controlTypes.shutdown;
}

/** Tells the other side that its connection is over. */
export function shutdownPacket(socketId: number): Buffer {
  const packet = Buffer.alloc(controlHeader + 4);
  packet.writeUInt16BE(controlTypes.shutdown, 0);
  packet.writeUInt32BE(socketId, 12);
  return packet;
}

/** Answers a caller's handshake packet: it is rejected. `reason` is one of libsrt's plus 1000. */
export function rejectionPacket(request: Buffer, reason: number): Buffer {
  const packet = Buffer.from(request.subarray(0, controlHeader + handshakeSize));
  packet.writeUInt32BE(packet.readUInt32BE(controlHeader + 24), 12);
  packet.writeUInt32BE(reason, controlHeader + 20);
  return packet;
}

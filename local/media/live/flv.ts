import type { MediaPacket } from "../ingest/publication.ts";

/**
 * FLV (Adobe FLV 10.1, annex E): the format in which packets reach the encoding process.
 */
const tagType = { audio: 8, video: 9, script: 18 } as const;

/** The header of an FLV stream that may have both tracks, and its first, empty back pointer. */
export function flvHeader(): Buffer {
  return Buffer.of(0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, 9, 0, 0, 0, 0);
}

/** One packet as an FLV tag at `timestamp`, in milliseconds; FLV's times are signed. */
export function flvPacket(packet: MediaPacket, timestamp: number): Buffer {
  const packetType = packet.configuration ? 0 : 1;
  if (packet.track === "audio") return flvTag(tagType.audio, timestamp, Buffer.of(0xaf, packetType), packet.data);
  const header = Buffer.of(packet.keyframe || packet.configuration ? 0x17 : 0x27, packetType, 0, 0, 0);
  header.writeIntBE(packet.compositionOffset, 2, 3);
  return flvTag(tagType.video, timestamp, header, packet.data);
}

/** An `onMetaData` tag that announces the frame rate. */
export function flvMetadata(frameRate: number): Buffer {
  const rate = Buffer.alloc(8);
  rate.writeDoubleBE(frameRate);
  const name = Buffer.from("\x02\0\x0aonMetaData", "latin1");
  const members = Buffer.from("\x08\0\0\0\x01\0\x09framerate\0", "latin1");
  return flvTag(tagType.script, 0, name, Buffer.concat([members, rate, Buffer.of(0, 0, 9)]));
}

/** Name of the script tag that tells of lost input; its timestamp is the time up to which no picture comes. */
const inputLost = Buffer.from("\x02\0\x0bonInputLost", "latin1");

/** A tag that says that no picture comes for the time before `until`, in milliseconds. */
export function flvInputLost(until: number): Buffer {
  return flvTag(tagType.script, Math.round(until), inputLost, Buffer.alloc(0));
}

/** Whether the body of a script tag is that of {@link flvInputLost}. */
export function isInputLost(body: Buffer): boolean {
  return body.equals(inputLost);
}

function flvTag(type: number, timestamp: number, header: Buffer, data: Buffer): Buffer {
  const size = header.length + data.length;
  const tag = Buffer.allocUnsafe(11 + size + 4);
  tag[0] = type;
  tag.writeUIntBE(size, 1, 3);
  tag.writeUIntBE(timestamp & 0xffffff, 4, 3);
  tag[7] = (timestamp >>> 24) & 0xff;
  tag.writeUIntBE(0, 8, 3);
  header.copy(tag, 11);
  data.copy(tag, 11 + header.length);
  tag.writeUInt32BE(11 + size, 11 + size);
  return tag;
}

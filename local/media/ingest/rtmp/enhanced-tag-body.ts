import type { MediaPacket } from "../publication.ts";
import { ByteReader, UnreadableError } from "./byte-reader.ts";
import { frameType, tagType, type TagBody } from "./tag.ts";

/** The sound format that marks an enhanced audio tag. */
const enhancedSound = 9;

/** Packet types; audio and video share the numbers of those that matter here. */
const packetTypes = { sequenceStart: 0, codedFrames: 1, codedFramesWithoutOffset: 3 } as const;
const modifier = 7;
const multitrack = { audio: 5, video: 6 } as const;
/** A tag of several tracks that holds just one of them. */
const oneTrack = 0;

/** The codecs that are H.264 and AAC under their enhanced names. */
const supported = { audio: "mp4a", video: "avc1" } as const;

/** Whether a tag's body follows enhanced RTMP. */
export function isEnhanced(type: number, body: Buffer): boolean {
  const first = body[0] ?? 0;
  return type === tagType.audio ? first >> 4 === enhancedSound : (first & 0x80) !== 0;
}

/**
 * Reads the body of an enhanced tag. Of several tracks, the first counts.
 * Source: Enhanced RTMP v2 (Veovera, 2024), "Enhanced Audio" and "Enhanced Video".
 */
export function readEnhancedTagBody(track: "audio" | "video", timestamp: number, body: Buffer): TagBody {
  try {
    const reader = new ByteReader(body);
    const first = reader.take(1).readUInt8(0);
    const frame = track === "video" ? (first >> 4) & 0x07 : 0;
    let packetType = first & 0x0f;
    while (packetType === modifier) packetType = skipModifier(reader);
    if (frame === frameType.command) return undefined;
    let tracks: number | undefined;
    if (packetType === multitrack[track]) {
      const kinds = reader.take(1).readUInt8(0);
      tracks = kinds >> 4;
      packetType = kinds & 0x0f;
    }
    const codec = reader.take(4).toString("latin1");
    if (codec !== supported[track])
      return { unsupported: `${/^[\w ]{4}$/.test(codec) ? codec : "a codec"} in enhanced RTMP` };
    if (tracks !== undefined) reader.take(1);
    const several = tracks !== undefined && tracks !== oneTrack;
    const data = several ? reader.take(reader.take(3).readUIntBE(0, 3)) : reader.rest();
    const packet = packetOf(track, packetType, data);
    if (packet === undefined) return undefined;
    const keyframe = frame === frameType.key && !packet.configuration;
    return { packet: { track, timestamp, keyframe, ...packet } };
  } catch (cause) {
    if (cause instanceof UnreadableError) return undefined;
    throw cause;
  }
}

/** Skips a modifier of the packet that follows, such as a finer timestamp; the type of what follows. */
function skipModifier(reader: ByteReader): number {
  let size = reader.take(1).readUInt8(0) + 1;
  if (size === 256) size = reader.take(2).readUInt16BE(0) + 1;
  reader.take(size);
  return reader.take(1).readUInt8(0) & 0x0f;
}

function packetOf(
  track: "audio" | "video",
  packetType: number,
  data: Buffer,
): Pick<MediaPacket, "configuration" | "compositionOffset" | "data"> | undefined {
  if (packetType === packetTypes.sequenceStart) return { configuration: true, compositionOffset: 0, data };
  if (packetType === packetTypes.codedFrames && track === "video")
    return data.length < 3
      ? undefined
      : { configuration: false, compositionOffset: data.readIntBE(0, 3), data: data.subarray(3) };
  const isMedia = packetType === packetTypes.codedFrames || packetType === packetTypes.codedFramesWithoutOffset;
  return isMedia ? { configuration: false, compositionOffset: 0, data } : undefined;
}

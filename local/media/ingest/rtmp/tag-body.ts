import { readAmf0, type AmfValue } from "./amf0.ts";
import { isEnhanced, readEnhancedTagBody } from "./enhanced-tag-body.ts";
import { RtmpError } from "./errors.ts";
import { frameType, tagType, type TagBody } from "./tag.ts";

const audioCodecs: Record<number, string> = {
  0: "PCM",
  1: "ADPCM",
  2: "MP3",
  3: "PCM",
  5: "Nellymoser",
  6: "Nellymoser",
  7: "G.711",
  8: "G.711",
  11: "Speex",
  14: "MP3",
};

/**
 * Reads the body of an audio or video tag (Adobe FLV 10.1, annex E; Veovera's enhanced RTMP where it says so).
 * Undefined if it carries no media, such as a command to the player or the end of a sequence.
 */
export function readTagBody(type: number, timestamp: number, body: Buffer): TagBody {
  if (isEnhanced(type, body)) return readEnhancedTagBody(type === tagType.audio ? "audio" : "video", timestamp, body);
  const first = body[0] ?? 0;
  const packetType = body[1];
  const carriesMedia = packetType === 0 || packetType === 1;
  const configuration = packetType === 0;
  if (type === tagType.audio) {
    const format = first >> 4;
    if (format !== 10) return { unsupported: audioCodecs[format] ?? `audio format ${format}` };
    if (!carriesMedia) return undefined;
    const data = body.subarray(2);
    return { packet: { track: "audio", configuration, keyframe: false, timestamp, compositionOffset: 0, data } };
  }
  const frame = first >> 4;
  if (frame === frameType.command) return undefined;
  const codec = first & 0x0f;
  if (codec !== 7) return { unsupported: `video codec ${codec}` };
  if (!carriesMedia || body.length < 5) return undefined;
  return {
    packet: {
      track: "video",
      configuration,
      keyframe: frame === frameType.key && !configuration,
      timestamp,
      compositionOffset: body.readIntBE(2, 3),
      data: body.subarray(5),
    },
  };
}

/**
 * Reads the frame rate from the body of a script tag, whether its `onMetaData` is wrapped in `@setDataFrame` or bare.
 * Undefined if there is none, or if the metadata is unreadable: a stream plays without it.
 */
export function readFrameRate(payload: Buffer): number | undefined {
  let values: AmfValue[];
  try {
    values = readAmf0(payload);
  } catch (cause) {
    if (cause instanceof RtmpError) return undefined;
    throw cause;
  }
  const [name, metadata] = values[0] === "@setDataFrame" ? values.slice(1) : values;
  if (name !== "onMetaData" || typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    return undefined;
  const frameRate = metadata["framerate"];
  return typeof frameRate === "number" && frameRate > 0 && Number.isFinite(frameRate) ? frameRate : undefined;
}

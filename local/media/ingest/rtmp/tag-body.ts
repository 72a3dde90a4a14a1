import type { MediaPacket } from "../publication.ts";
import { readAmf0, type AmfValue } from "./amf0.ts";
import { RtmpError } from "./errors.ts";

/** RTMP's message types for media. They are FLV's tag types, and their payloads are FLV tag bodies. */
export const tagType = { audio: 8, video: 9, script: 18 } as const;

const audioCodecs: Record<number, string> = {
  0: "PCM",
  1: "ADPCM",
  2: "MP3",
  3: "PCM",
  5: "Nellymoser",
  6: "Nellymoser",
  7: "G.711",
  8: "G.711",
  9: "enhanced RTMP audio",
  11: "Speex",
  14: "MP3",
};

/** A frame type that marks a command to the player rather than a picture. */
const commandFrame = 5;

/** The name of a tag's codec if it is neither H.264 nor AAC. */
export function unsupportedCodec(type: number, body: Buffer): string | undefined {
  const first = body[0] ?? 0;
  if (type === tagType.audio) {
    const format = first >> 4;
    return format === 10 ? undefined : (audioCodecs[format] ?? `audio format ${format}`);
  }
  if ((first & 0x80) !== 0) return `${fourCc(body)} in enhanced RTMP`;
  const codec = first & 0x0f;
  return codec === 7 ? undefined : `video codec ${codec}`;
}

/**
 * Reads the body of an H.264 or AAC tag (Adobe FLV 10.1, annex E). Undefined if it carries no media, such as an
 * end-of-sequence tag.
 */
export function readTagBody(type: number, timestamp: number, body: Buffer): MediaPacket | undefined {
  const packetType = body[1];
  if (packetType !== 0 && packetType !== 1) return undefined;
  const configuration = packetType === 0;
  if (type === tagType.audio) {
    const data = body.subarray(2);
    return { track: "audio", configuration, keyframe: false, timestamp, compositionOffset: 0, data };
  }
  const frameType = body[0]! >> 4;
  if (body.length < 5 || frameType === commandFrame) return undefined;
  return {
    track: "video",
    configuration,
    keyframe: frameType === 1 && !configuration,
    timestamp,
    compositionOffset: body.readIntBE(2, 3),
    data: body.subarray(5),
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

function fourCc(body: Buffer): string {
  const text = body.toString("latin1", 1, 5);
  return /^[\w ]{4}$/.test(text) ? text : "a codec";
}

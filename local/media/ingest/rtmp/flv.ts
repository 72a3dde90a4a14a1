/** FLV tag types, which are RTMP's message types too. */
export const tagType = { audio: 8, video: 9, script: 18 } as const;

/** The header of an FLV stream that may have both video and audio, and its first, empty back pointer. */
export function flvHeader(hasAudio: boolean): Buffer {
  return Buffer.of(0x46, 0x4c, 0x56, 1, hasAudio ? 5 : 1, 0, 0, 0, 9, 0, 0, 0, 0);
}

/** One FLV tag. Timestamps are milliseconds modulo 2^32. */
export function flvTag(type: number, timestamp: number, data: Buffer): Buffer {
  const tag = Buffer.allocUnsafe(11 + data.length + 4);
  tag[0] = type;
  tag.writeUIntBE(data.length, 1, 3);
  tag.writeUIntBE(timestamp & 0xffffff, 4, 3);
  tag[7] = (timestamp >>> 24) & 0xff;
  tag.writeUIntBE(0, 8, 3);
  data.copy(tag, 11);
  tag.writeUInt32BE(11 + data.length, 11 + data.length);
  return tag;
}

/** What an audio or video tag's first bytes say. */
export interface TagKind {
  /** A decoder configuration (SPS and PPS, AudioSpecificConfig) rather than media. */
  configuration: boolean;
  keyframe: boolean;
  /** Undefined for what we take (H.264, AAC); else the codec's name. */
  refused: string | undefined;
}

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

/** Tells what a tag holds (Adobe FLV 10.1, annex E; enhanced RTMP v2 for the extended header bit). */
export function inspectTag(type: number, data: Buffer): TagKind {
  const first = data[0] ?? 0;
  if (type === tagType.audio) {
    const format = first >> 4;
    return {
      configuration: format === 10 && data[1] === 0,
      keyframe: false,
      refused: format === 10 ? undefined : (audioCodecs[format] ?? `audio format ${format}`),
    };
  }
  if (type !== tagType.video) return { configuration: false, keyframe: false, refused: undefined };
  if ((first & 0x80) !== 0)
    return { configuration: false, keyframe: false, refused: `${fourCc(data)} in enhanced RTMP` };
  const codec = first & 0x0f;
  return {
    configuration: codec === 7 && data[1] === 0,
    keyframe: first >> 4 === 1 && data[1] === 1,
    refused: codec === 7 ? undefined : `video codec ${codec}`,
  };
}

function fourCc(data: Buffer): string {
  const text = data.toString("latin1", 1, 5);
  return /^[\w ]{4}$/.test(text) ? text : "a codec";
}

/**
 * The RFC 6381 name of the H.264 in an MPEG-TS segment, `avc1.64001f`: profile, constraints and level are at the
 * start of the sequence parameter set (ISO/IEC 14496-10, 7.3.2.1.1), which comes before the first picture.
 * `undefined` when the segment has none.
 */
export function avcCodec(segment: Buffer): string | undefined {
  const startCode = Buffer.from([0, 0, 1]);
  for (let at = segment.indexOf(startCode); at >= 0; at = segment.indexOf(startCode, at + 3)) {
    const isParameterSet = ((segment[at + 3] ?? 0) & 0x9f) === 7;
    if (isParameterSet && at + 7 <= segment.length) return `avc1.${segment.toString("hex", at + 4, at + 7)}`;
  }
  return undefined;
}

const startCode = Buffer.of(0, 0, 1);

/**
 * Where the NAL units of an H.264 byte stream are, without start codes and the zeros between units (ITU-T H.264,
 * annex B). A unit itself never ends with a zero.
 */
export function nalUnits(bytes: Buffer): { from: number; to: number }[] {
  const units: { from: number; to: number }[] = [];
  for (let at = bytes.indexOf(startCode); at >= 0;) {
    const from = at + startCode.length;
    at = bytes.indexOf(startCode, from);
    let to = at < 0 ? bytes.length : at;
    while (to > from && bytes[to - 1] === 0) to -= 1;
    units.push({ from, to });
  }
  return units;
}

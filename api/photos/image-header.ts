/** The image types that Rekognition reads. */
export type ImageType = "image/jpeg" | "image/png";

/** An image's size in pixels, upright according to its EXIF orientation. */
export interface ImageSize {
  width: number;
  height: number;
}

const pngSignature = Buffer.from("89504e470d0a1a0a", "hex");

/** The type according to the first bytes; `undefined` if it is neither JPEG nor PNG. */
export function imageTypeOf(bytes: Buffer): ImageType | undefined {
  if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  return bytes.subarray(0, pngSignature.length).equals(pngSignature) ? "image/png" : undefined;
}

/** Reads the size from the file's header; `undefined` if the file is damaged before that. */
export function imageSizeOf(bytes: Buffer, type: ImageType): ImageSize | undefined {
  const size = type === "image/png" ? pngSize(bytes) : jpegSize(bytes);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

/** PNG, section 11.2.1: the first chunk is IHDR and begins with width and height. */
function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 24 || bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

const app1 = 0xe1;
const startOfScan = 0xda;
const endOfImage = 0xd9;

/**
 * JPEG (ITU-T T.81), section B.2.2: the frame header SOFn holds height and width; other segments are skipped by their
 * length. Bytes between segments are skipped as libjpeg does. Only the first picture counts, which in MPO and Ultra HDR
 * files is the photo.
 */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  let isTurned = false;
  let at = 2;
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1]!;
    // Stray and fill bytes, and markers without a segment.
    if (bytes[at] !== 0xff || marker === 0x00 || marker === 0xff || isAlone(marker)) {
      at += bytes[at] === 0xff && isAlone(marker) ? 2 : 1;
      continue;
    }
    if (marker === startOfScan || marker === endOfImage) return undefined;
    const length = bytes.readUInt16BE(at + 2);
    if (isFrameHeader(marker)) {
      if (at + 9 > bytes.length) return undefined;
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return isTurned ? { width: height, height: width } : { width, height };
    }
    if (marker === app1) isTurned ||= exifTurns(bytes.subarray(at + 4, at + 2 + length));
    at += 2 + Math.max(2, length);
  }
  return undefined;
}

/** SOF0–SOF15, without DHT, JPG and DAC, which share their range. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** TEM, RST0–RST7 and SOI have no segment. */
function isAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

const orientationTag = 0x0112;

/** Whether EXIF (JEITA CP-3451) says that the picture is rotated by a quarter turn: orientations 5 to 8. */
function exifTurns(segment: Buffer): boolean {
  if (segment.toString("latin1", 0, 6) !== "Exif\0\0" || segment.length < 14) return false;
  const tiff = segment.subarray(6);
  const order = tiff.toString("latin1", 0, 2);
  if (order !== "II" && order !== "MM") return false;
  const read16 = (at: number): number =>
    at + 2 > tiff.length ? 0 : order === "II" ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
  const directory = order === "II" ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  for (let entry = 0; entry < read16(directory); entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.length) return false;
    if (read16(at) === orientationTag) return read16(at + 8) >= 5 && read16(at + 8) <= 8;
  }
  return false;
}

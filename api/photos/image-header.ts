/** The image types that Rekognition reads. */
export type ImageType = "image/jpeg" | "image/png";

/** An image's size in pixels, as stored: a turn that EXIF asks for is not applied. */
export interface ImageSize {
  width: number;
  height: number;
}

const pngSignature = Buffer.from("89504e470d0a1a0a", "hex");

/** What the first bytes say the file is; `undefined` when it is neither JPEG nor PNG. */
export function imageTypeOf(bytes: Buffer): ImageType | undefined {
  if (bytes.length >= 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  return bytes.subarray(0, pngSignature.length).equals(pngSignature) ? "image/png" : undefined;
}

/** Reads the size from the file's header; `undefined` when the file is broken before it says so. */
export function imageSizeOf(bytes: Buffer, type: ImageType): ImageSize | undefined {
  const size = type === "image/png" ? pngSize(bytes) : jpegSize(bytes);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

/** PNG, section 11.2.1: the first chunk is IHDR and begins with width and height. */
function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 24 || bytes.toString("latin1", 12, 16) !== "IHDR") return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/**
 * JPEG (ITU-T T.81), section B.2.2: the frame header SOFn holds height and width; other segments are skipped by their
 * length.
 */
function jpegSize(bytes: Buffer): ImageSize | undefined {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      // Fill byte.
      at += 1;
      continue;
    }
    // SOF0–SOF15; among them DHT, JPG and DAC are none.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

import sharp from "sharp";
import type { Detection } from "./detector.ts";
import { canvasSides, type Face, type FaceAnalyser } from "./faces.ts";
import { moveAndScale } from "./geometry/box.ts";
import { letterbox } from "./geometry/letterbox.ts";
import { onCanvas, type Image } from "./image.ts";

/**
 * More pixels than this are refused before they are decoded: a small file can unpack to a picture that fills the
 * memory.
 */
const maxPixels = 100_000_000;
/** Larger pictures are scaled down to this side while they are decoded; faces don't get clearer beyond it. */
const maxSide = 4096;
/** Margin, as a fraction of the picture, that is added to a photo cropped so tightly that no face is found in it. */
const tightMargin = 0.35;

/** Smaller faces are not reported at all, not even as too small. */
const minPixels = 16;

/** The bytes are not a JPEG or PNG, or the picture is too large to decode. */
class ImageError extends Error {
  override readonly name = "ImageError";
  readonly code: "format" | "too-large";

  constructor(code: "format" | "too-large", message: string) {
    super(message);
    this.code = code;
  }
}

/** Decodes a JPEG or PNG, turned upright according to its EXIF orientation. Throws {@link ImageError}. */
export async function decodeStill(source: Uint8Array | string): Promise<Image> {
  try {
    const header = await sharp(source, { limitInputPixels: false }).metadata();
    if (header.format !== "jpeg" && header.format !== "png")
      throw new ImageError("format", "The picture is neither a JPEG nor a PNG.");
    if (header.width * header.height > maxPixels)
      throw new ImageError(
        "too-large",
        `The picture has ${header.width} × ${header.height} pixels, more than ${maxPixels}.`,
      );
    const { data, info } = await sharp(source, { limitInputPixels: maxPixels, failOn: "error" })
      .autoOrient()
      .resize({ width: maxSide, height: maxSide, fit: "inside", withoutEnlargement: true })
      .flatten()
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height };
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError(
      "format",
      `The picture cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

/** All faces of a picture, most certain first. */
export async function findFaces(analyser: FaceAnalyser, image: Image): Promise<Face[]> {
  const faces = await analyser.describe(image, await search(analyser, image), minPixels);
  if (faces.length > 0) return faces;
  const left = Math.round(image.width * tightMargin);
  const top = Math.round(image.height * tightMargin);
  const padded = onCanvas(image, image.width + 2 * left, image.height + 2 * top, left, top);
  const found = await analyser.describe(padded, await search(analyser, padded), minPixels);
  return found.map((face) => ({
    ...face,
    box: moveAndScale(face.box, -left, -top, 1),
    landmarks: face.landmarks.map(({ x, y }) => ({ x: x - left, y: y - top })),
  }));
}

async function search(analyser: FaceAnalyser, image: Image): Promise<Detection[]> {
  const upright = image.height > image.width;
  const box = letterbox(
    image.width,
    image.height,
    upright ? canvasSides.short : canvasSides.long,
    upright ? canvasSides.long : canvasSides.short,
  );
  const scaled = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .resize(box.width, box.height, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
  const canvas = onCanvas({ data: scaled, width: box.width, height: box.height }, box.canvasWidth, box.canvasHeight);
  const found = await analyser.find(canvas);
  return found.map((detection) => ({
    ...detection,
    box: moveAndScale(detection.box, 0, 0, image.width / box.width, image.height / box.height),
  }));
}

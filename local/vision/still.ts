import sharp from "sharp";
import type { Detection } from "./detector.ts";
import { canvasesFor, type Face, type FaceAnalyser } from "./faces.ts";
import { moveAndScale } from "./geometry/box.ts";
import type { Point } from "./geometry/transform.ts";
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
    return await pixelsOf(source, "error").catch((cause: unknown) => {
      // A JPEG that lacks nothing but its end marker is whole. One whose picture is cut off gives a warning.
      if (header.format !== "jpeg" || typeof source === "string" || endsProperly(source)) throw cause;
      return pixelsOf(Buffer.concat([source, endOfImage]), "warning");
    });
  } catch (cause) {
    if (cause instanceof ImageError) throw cause;
    throw new ImageError(
      "format",
      `The picture cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

const endOfImage = Buffer.from([0xff, 0xd9]);

function endsProperly(jpeg: Uint8Array): boolean {
  return Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength).subarray(-2).equals(endOfImage);
}

async function pixelsOf(source: Uint8Array | string, failOn: "error" | "warning"): Promise<Image> {
  const { data, info } = await sharp(source, { limitInputPixels: maxPixels, failOn })
    .autoOrient()
    .resize({ width: maxSide, height: maxSide, fit: "inside", withoutEnlargement: true })
    .flatten()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/**
 * A face that is seen more clearly than this is upright. Of 149 public photos, none that was turned came above 1.1, but
 * four in five of the upright ones did.
 */
const upright = 1.15;

/**
 * All faces of a picture, most certain first. A photo that may lie on its side or be upside down is looked at in all
 * four directions, and the one counts in which the most certain face is seen most clearly.
 */
export async function findFaces(analyser: FaceAnalyser, image: Image): Promise<Face[]> {
  let best = await findUpright(analyser, image);
  for (const quarters of [1, 2, 3] as const) {
    if (clarityOf(best) >= upright) break;
    const turned = await turn(image, quarters);
    const found = await findUpright(analyser, turned);
    if (clarityOf(found) <= clarityOf(best)) continue;
    best = found.map((face) => turnBack(face, quarters, image));
  }
  return best;
}

/** -1 without a face; a recogniser that can't tell is content. */
function clarityOf([first]: readonly Face[]): number {
  return first === undefined ? -1 : (first.clarity ?? upright);
}

/** The picture turned clockwise. */
async function turn({ data, width, height }: Image, quarters: 1 | 2 | 3): Promise<Image> {
  const turned = await sharp(data, { raw: { width, height, channels: 3 } })
    .rotate(90 * quarters)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: turned.data, width: turned.info.width, height: turned.info.height };
}

/** A face of the turned picture as it lies in the picture itself. */
function turnBack(face: Face, quarters: 1 | 2 | 3, { width, height }: Image): Face {
  const back = ({ x, y }: Point): Point =>
    quarters === 1
      ? { x: y, y: height - x }
      : quarters === 2
        ? { x: width - x, y: height - y }
        : { x: width - y, y: x };
  const [a, b] = [back({ x: face.box.left, y: face.box.top }), back({ x: face.box.right, y: face.box.bottom })];
  return {
    ...face,
    landmarks: face.landmarks.map(back),
    box: {
      left: Math.min(a.x, b.x),
      top: Math.min(a.y, b.y),
      right: Math.max(a.x, b.x),
      bottom: Math.max(a.y, b.y),
    },
  };
}

async function findUpright(analyser: FaceAnalyser, image: Image): Promise<Face[]> {
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
  for (const size of canvasesFor(image.width, image.height)) {
    const box = letterbox(image.width, image.height, size.width, size.height);
    const scaled = await sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
      .resize(box.width, box.height, { fit: "fill", kernel: "linear" })
      .raw()
      .toBuffer();
    const canvas = { data: scaled, width: box.width, height: box.height };
    const found = await analyser.find(onCanvas(canvas, box.canvasWidth, box.canvasHeight));
    if (found.length > 0)
      return found.map((detection) => ({
        ...detection,
        box: moveAndScale(detection.box, 0, 0, image.width / box.width, image.height / box.height),
      }));
  }
  return [];
}

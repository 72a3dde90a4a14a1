import { later } from "../../messages/index.ts";

/** What the API takes at most (Lambda's 6 MB less base64), in bytes. */
const MAX_PHOTO_BYTES = 4 * 1024 * 1024;

/** A face needs no more; larger photos only take longer to send. */
const LONGEST_SIDE = 1920;

const QUALITIES = [0.92, 0.85, 0.75, 0.6];

/** A file that isn't a photo this browser can read. */
class PhotoError extends Error {
  readonly code = "unreadable-photo";

  constructor(name: string) {
    super(later.photos.unreadable(name));
    this.name = "PhotoError";
  }
}

/** The size to draw a photo at so that no side is longer than needed. Never larger than it is. */
export function fitted(width: number, height: number, longest = LONGEST_SIDE): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Makes a JPEG that the API takes out of any photo that the browser can read: upright (by its EXIF orientation), at
 * most 1920 pixels wide or high and 4 MB. Being drawn anew, it holds nothing but the picture: no place, no device.
 *
 * @throws {PhotoError} when the file is no photo.
 */
export async function preparePhoto(file: File): Promise<Blob> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new PhotoError(file.name);
  }
  try {
    return await jpegOf(bitmap, bitmap.width, bitmap.height, file.name);
  } finally {
    bitmap.close();
  }
}

/** Takes the picture that a camera's video shows now. */
export async function photoOfVideo(video: HTMLVideoElement): Promise<Blob> {
  return await jpegOf(video, video.videoWidth, video.videoHeight, "camera");
}

async function jpegOf(
  source: CanvasImageSource,
  sourceWidth: number,
  sourceHeight: number,
  name: string,
): Promise<Blob> {
  const { width, height } = fitted(sourceWidth, sourceHeight);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new PhotoError(name);
  // Transparent pictures would turn black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);

  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (blob !== null && blob.size <= MAX_PHOTO_BYTES) return blob;
  }
  throw new PhotoError(name);
}

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { StillReport } from "../../vision/report.ts";
import { FaceWorkerError, type FaceWorker } from "../../vision/worker/index.ts";
import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { invalidParameter, maybeText, object, s3Object, violates, type Input } from "./input.ts";
import { objectFile } from "./objects.ts";

/** Limits of https://docs.aws.amazon.com/rekognition/latest/dg/limits.html. */
const maxBytes = 5 * 1024 * 1024;
const maxObjectBytes = 15 * 1024 * 1024;
const minSide = 80;

export interface ReadImage {
  /** Derived from the bytes: the same picture has the same id. */
  imageId: string;
  report: StillReport;
}

/** Reads a request's `Image` (bytes or an S3 object, with the caller's permissions) and finds its faces. */
export async function readImage(
  cloud: Cloud,
  worker: FaceWorker,
  principal: Principal,
  input: Input,
): Promise<ReadImage> {
  const bytes = await imageBytes(cloud, principal, object(input, "Image"));
  const report = await look(worker, bytes);
  if (Math.min(report.width, report.height) < minSide) {
    throw invalidParameter(
      `Request has invalid parameters: the image is ${report.width} × ${report.height} pixels, both ` +
        `sides need at least ${minSide}.`,
    );
  }
  return { imageId: uuidOf("image", bytes), report };
}

/** A UUID (version 8, RFC 9562) derived from exactly these parts. */
export function uuidOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  const hex = hash.digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function imageBytes(cloud: Cloud, principal: Principal, image: Input): Promise<Uint8Array> {
  const encoded = maybeText(image, "Bytes");
  if (encoded !== undefined) {
    const bytes = Buffer.from(encoded, "base64");
    if (bytes.length === 0) throw violates("image.bytes", "Member must have length greater than or equal to 1");
    if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
    return bytes;
  }
  const { bucket, key } = s3Object(image);
  const file = await objectFile(cloud, principal, bucket, key);
  if (file.size > maxObjectBytes) throw tooLarge(file.size, maxObjectBytes);
  return readFile(file.path);
}

async function look(worker: FaceWorker, bytes: Uint8Array): Promise<StillReport> {
  try {
    return await worker.still(bytes);
  } catch (cause) {
    if (!(cause instanceof FaceWorkerError)) throw cause;
    if (cause.code === "format")
      throw new AwsError("InvalidImageFormatException", `Request has invalid image format. ${cause.message}`);
    if (cause.code === "too-large") throw new AwsError("ImageTooLargeException", cause.message);
    throw new AwsError("InternalServerError", `The image could not be analysed: ${cause.message}`, 500);
  }
}

function tooLarge(size: number, limit: number): AwsError {
  return new AwsError("ImageTooLargeException", `The image has ${size} bytes; the limit is ${limit}.`);
}

import { AwsError } from "../errors.ts";
import type { BlobStore } from "./blob-store.ts";
import { decodeAwsChunked } from "./aws-chunked.ts";
import {
  algorithmOfHeader,
  checksumHeader,
  createDigest,
  type Checksum,
  type ChecksumAlgorithm,
  type Digest,
} from "./checksums.ts";
import { badDigest, entityTooLarge, incompleteBody, invalidRequest, notImplemented } from "./errors.ts";
import { bodyOf, header, type S3Request } from "./request.ts";

/** Largest object in one PUT and largest part: 5 GiB. */
const maxUploadBytes = 5 * 1024 ** 3;

/** A stored and verified body without an owner: commit it to the index or delete its blob. */
export interface Ingested {
  blob: string;
  size: number;
  /** MD5, hexadecimal: the entity tag. */
  etag: string;
  checksum?: Checksum;
}

/**
 * Streams a request's body into a new blob and verifies every digest that came with it: Content-MD5, the signed SHA-256
 * of the payload, and `x-amz-checksum-…` as a header or as an aws-chunked trailer. Memory stays constant.
 * Throws BadDigest, IncompleteBody, EntityTooLarge, MissingContentLength; a rejected body leaves nothing behind.
 */
export async function ingest(blobs: BlobStore, request: S3Request): Promise<Ingested> {
  const chunked = isChunked(request);
  const announced = announcedSize(request, chunked);
  const expected = expectedDigests(request);
  const trailers = new Map<string, string>();
  const body = bodyOf(request);
  const digests = new Map<ChecksumAlgorithm | "MD5", Digest>(
    [...new Set(["MD5" as const, ...expected.algorithms])].map((algorithm) => [algorithm, createDigest(algorithm)]),
  );
  let size = 0;

  async function* digested(): AsyncGenerator<Buffer> {
    for await (const bytes of chunked ? decodeAwsChunked(body, trailers) : body) {
      size += bytes.length;
      if (size > announced) throw incompleteBody();
      for (const digest of digests.values()) digest.update(bytes);
      yield bytes;
    }
  }

  const blob = await blobs.write(digested());
  try {
    if (size !== announced) throw incompleteBody();
    const results = new Map([...digests].map(([algorithm, digest]) => [algorithm, digest.digest()]));
    const md5 = results.get("MD5")!;
    if (expected.md5 !== undefined && expected.md5 !== md5.toString("base64")) throw badDigest("Content-MD5");
    if (expected.payloadSha256 !== undefined && expected.payloadSha256 !== results.get("SHA256")!.toString("hex")) {
      throw new AwsError(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        400,
      );
    }
    const { checksum } = expected;
    if (checksum === undefined) return { blob, size, etag: md5.toString("hex") };
    const value = results.get(checksum)!.toString("base64");
    const name = checksumHeader(checksum);
    const claimed = header(request, name) ?? trailers.get(name);
    if (claimed === undefined) throw invalidRequest(`The announced trailer ${name} is missing.`);
    if (claimed !== value) throw badDigest(checksum);
    return { blob, size, etag: md5.toString("hex"), checksum: { algorithm: checksum, value, type: "FULL_OBJECT" } };
  } catch (cause) {
    await blobs.delete(blob);
    throw cause;
  }
}

function isChunked(request: S3Request): boolean {
  const payload = header(request, "x-amz-content-sha256") ?? "";
  if (payload.startsWith("STREAMING-AWS4-ECDSA")) throw notImplemented("Signature Version 4A");
  return payload.startsWith("STREAMING-") || contentEncodings(request).includes("aws-chunked");
}

/** The codings in Content-Encoding; `aws-chunked` among them applies to the transfer only. */
export function contentEncodings(request: S3Request): string[] {
  return (header(request, "content-encoding") ?? "")
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "");
}

function announcedSize(request: S3Request, chunked: boolean): number {
  const text = header(request, chunked ? "x-amz-decoded-content-length" : "content-length");
  if (text === undefined)
    throw new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411);
  const size = Number(text);
  if (!Number.isSafeInteger(size) || size < 0) throw invalidRequest("The content length is not a number of bytes.");
  if (size > maxUploadBytes) throw entityTooLarge(maxUploadBytes);
  return size;
}

interface Expected {
  md5?: string;
  payloadSha256?: string;
  checksum?: ChecksumAlgorithm;
  algorithms: ChecksumAlgorithm[];
}

function expectedDigests(request: S3Request): Expected {
  const md5 = header(request, "content-md5");
  if (md5 !== undefined && Buffer.from(md5, "base64").length !== 16) {
    throw new AwsError("InvalidDigest", "The Content-MD5 you specified is not valid.", 400, { "Content-MD5": md5 });
  }
  const payload = header(request, "x-amz-content-sha256");
  const payloadSha256 = payload !== undefined && /^[0-9a-f]{64}$/.test(payload) ? payload : undefined;
  const named = [
    ...Object.keys(request.headers),
    ...(header(request, "x-amz-trailer") ?? "").split(",").map((name) => name.trim().toLowerCase()),
  ];
  const checksums = [...new Set(named.flatMap((name) => algorithmOfHeader(name) ?? []))];
  if (checksums.length > 1)
    throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum types are not allowed.");
  return {
    md5,
    payloadSha256,
    checksum: checksums[0],
    algorithms: [...checksums, ...(payloadSha256 === undefined ? [] : (["SHA256"] as const))],
  };
}

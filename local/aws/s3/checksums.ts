import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { crc32c, crc64nvme } from "./crc.ts";
import { invalidRequest } from "./errors.ts";

/** S3's additional checksum algorithms; the header of one is `x-amz-checksum-` and its name in lower case. */
export const checksumAlgorithms = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

/** A stored checksum; a composite one is computed from the parts' checksums and ends with `-PARTS`. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  /** Base64. */
  value: string;
  type: "FULL_OBJECT" | "COMPOSITE";
}

/** A running digest of one algorithm. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** Finishes the digest. */
  digest(): Buffer;
}

export function createDigest(algorithm: ChecksumAlgorithm | "MD5"): Digest {
  switch (algorithm) {
    case "CRC32":
      return crc32Digest();
    case "CRC32C":
      return crc32c();
    case "CRC64NVME":
      return crc64nvme();
    case "MD5":
    case "SHA1":
    case "SHA256": {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
    }
  }
}

/** Passes the bytes through and updates the given digests. */
export async function* digested(
  source: AsyncIterable<Buffer>,
  ...digests: (Digest | undefined)[]
): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    for (const digest of digests) digest?.update(bytes);
    yield bytes;
  }
}

/** The digest of bytes in memory. */
export function digestOf(algorithm: ChecksumAlgorithm | "MD5", bytes: Uint8Array): Buffer {
  const digest = createDigest(algorithm);
  digest.update(bytes);
  return digest.digest();
}

/** `x-amz-checksum-crc32` and the like. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/**
 * The algorithm named by `x-amz-checksum-algorithm` or `x-amz-sdk-checksum-algorithm`. Throws if S3
 * does not support it.
 */
export function parseAlgorithm(name: string): ChecksumAlgorithm {
  const found = checksumAlgorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (found === undefined)
    throw invalidRequest(
      `Checksum algorithm provided is unsupported: ${name}. Use one of ${checksumAlgorithms.join(", ")}.`,
    );
  return found;
}

/** The algorithm of a header `x-amz-checksum-…`; undefined if the header names none. */
export function algorithmOfHeader(header: string): ChecksumAlgorithm | undefined {
  const name = /^x-amz-checksum-(.+)$/.exec(header)?.[1];
  if (name === undefined || name === "mode" || name === "algorithm" || name === "type") return undefined;
  return parseAlgorithm(name);
}

function crc32Digest(): Digest {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    digest() {
      const out = Buffer.alloc(4);
      out.writeUInt32BE(crc);
      return out;
    },
  };
}

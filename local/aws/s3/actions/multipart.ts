import { randomBytes } from "node:crypto";
import { authorizeBucket, authorizeObject } from "../access.ts";
import { attributesOf } from "../attributes.ts";
import { checksumHeader, parseAlgorithm, type Checksum } from "../checksums.ts";
import { invalidArgument, invalidRequest, noSuchUpload } from "../errors.ts";
import { ingest } from "../ingest.ts";
import { encryptionHeader, sendEmpty, sendXml } from "../reply.ts";
import { header, type S3Request } from "../request.ts";
import type { S3 } from "../service.ts";
import type { Upload } from "../upload-index.ts";
import { quoted, type XmlElements } from "../xml.ts";
import type { Action } from "./action.ts";

const maxPartNumber = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: Action = {
  name: "CreateMultipartUpload",
  method: "POST",
  about: "object",
  query: ["uploads"],
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:PutObject", bucket, key);
    const checksum = uploadChecksum(request);
    const id = randomBytes(32).toString("base64url");
    s3.uploads.create({ id, bucket, key, initiated: Date.now(), ...attributesOf(request), checksum });
    call.request.resume();
    const headers: Record<string, string> =
      checksum === undefined
        ? {}
        : { "x-amz-checksum-algorithm": checksum.algorithm, "x-amz-checksum-type": checksum.type };
    sendXml(
      call.response,
      "InitiateMultipartUploadResult",
      { Bucket: bucket, Key: key, UploadId: id },
      { ...headers, ...encryptionHeader },
    );
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: Action = {
  name: "UploadPart",
  method: "PUT",
  about: "object",
  query: ["partNumber", "uploadId"],
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:PutObject", bucket, key);
    const upload = requireUpload(s3, request);
    const number = partNumber(request);
    const { blob, size, etag, checksum } = await ingest(s3.blobs, request);
    if (upload.checksum !== undefined && checksum !== undefined && checksum.algorithm !== upload.checksum.algorithm) {
      await s3.blobs.delete(blob);
      throw invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksum.algorithm}, ` +
          `actual checksum Type: ${checksum.algorithm}`,
      );
    }
    const stored = s3.uploads.putPart(upload.id, { number, blob, size, etag, modified: Date.now(), checksum });
    // The upload was aborted or completed while the part was being sent.
    if (stored === undefined) {
      await s3.blobs.delete(blob);
      throw noSuchUpload(upload.id);
    }
    await s3.blobs.delete(stored.replaced);
    const checksums = checksum === undefined ? {} : { [checksumHeader(checksum.algorithm)]: checksum.value };
    sendEmpty(call.response, 200, { etag: quoted(etag), ...checksums, ...encryptionHeader });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: Action = {
  name: "AbortMultipartUpload",
  method: "DELETE",
  about: "object",
  query: ["uploadId"],
  async run(s3, request) {
    authorizeObject(s3, request.call.principal, "s3:AbortMultipartUpload", request.bucket, request.key);
    const upload = requireUpload(s3, request);
    const blobs = s3.index.transaction(() => s3.uploads.delete(upload.id));
    await s3.blobs.delete(...blobs);
    sendEmpty(request.call.response, 204);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Action = {
  name: "ListParts",
  method: "GET",
  about: "object",
  query: ["uploadId"],
  optional: ["max-parts", "part-number-marker"],
  async run(s3, request) {
    authorizeObject(s3, request.call.principal, "s3:ListMultipartUploadParts", request.bucket, request.key);
    const upload = requireUpload(s3, request);
    const limit = Math.min(1000, Number(request.query.get("max-parts") ?? 1000));
    const marker = Number(request.query.get("part-number-marker") ?? 0);
    if (!Number.isInteger(limit) || limit < 0)
      throw invalidArgument(
        "Provided max-parts not an integer or within integer range",
        "max-parts",
        request.query.get("max-parts") ?? "",
      );
    const rest = s3.uploads.parts(upload.id).filter(({ number }) => number > marker);
    const page = rest.slice(0, limit);
    sendXml(request.call.response, "ListPartsResult", {
      Bucket: request.bucket,
      Key: request.key,
      UploadId: upload.id,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.number ?? 0,
      MaxParts: limit,
      IsTruncated: rest.length > page.length,
      ...(upload.checksum === undefined
        ? {}
        : { ChecksumAlgorithm: upload.checksum.algorithm, ChecksumType: upload.checksum.type }),
      StorageClass: "STANDARD",
      Part: page.map(({ number, modified, etag, size, checksum }): XmlElements => ({
        PartNumber: number,
        LastModified: new Date(modified),
        ETag: quoted(etag),
        Size: size,
        ...(checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value }),
      })),
    });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: Action = {
  name: "ListMultipartUploads",
  method: "GET",
  about: "bucket",
  query: ["uploads"],
  optional: ["prefix"],
  async run(s3, request) {
    const { bucket, call, query } = request;
    authorizeBucket(s3, call.principal, "s3:ListBucketMultipartUploads", bucket);
    const prefix = query.get("prefix") ?? "";
    sendXml(call.response, "ListMultipartUploadsResult", {
      Bucket: bucket,
      Prefix: prefix,
      MaxUploads: 1000,
      IsTruncated: false,
      Upload: s3.uploads
        .list(bucket)
        .filter(({ key }) => key.startsWith(prefix))
        .map(({ key, id, initiated }) => ({
          Key: key,
          UploadId: id,
          StorageClass: "STANDARD",
          Initiated: new Date(initiated),
        })),
    });
  },
};

/** The upload that a request names, if it belongs to that bucket and key. Throws NoSuchUpload. */
export function requireUpload(s3: S3, { bucket, key, query }: S3Request): Upload {
  const id = query.get("uploadId") ?? "";
  const upload = s3.uploads.get(id);
  if (upload?.bucket !== bucket || upload.key !== key) throw noSuchUpload(id);
  return upload;
}

/** The part number in a request, 1 to 10 000. */
export function partNumber({ query }: S3Request): number {
  const text = query.get("partNumber") ?? "";
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > maxPartNumber) {
    throw invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", text);
  }
  return number;
}

function uploadChecksum(request: S3Request): Upload["checksum"] {
  const name = header(request, "x-amz-checksum-algorithm");
  if (name === undefined) return undefined;
  const algorithm = parseAlgorithm(name);
  const type = header(request, "x-amz-checksum-type") ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  if (type !== "FULL_OBJECT" && type !== "COMPOSITE")
    throw invalidRequest("Value for x-amz-checksum-type header is invalid.");
  const impossible: Record<Checksum["type"], boolean> = {
    FULL_OBJECT: algorithm.startsWith("SHA"),
    COMPOSITE: algorithm === "CRC64NVME",
  };
  if (impossible[type])
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type };
}

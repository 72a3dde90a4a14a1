import { createHash } from "node:crypto";
import { AwsError } from "../../errors.ts";
import { authorizeObject } from "../access.ts";
import type { BlobStore } from "../blob-store.ts";
import { readXml } from "../body.ts";
import { checksumHeader, createDigest, digested, digestOf, type Checksum, type Digest } from "../checksums.ts";
import { commitObject } from "../commit.ts";
import { checkWriteConditions, conditionsOf } from "../conditions.ts";
import { badDigest, malformedXml, noSuchUpload } from "../errors.ts";
import { encryptionHeader, sendXml } from "../reply.ts";
import { header } from "../request.ts";
import type { Part, Upload } from "../upload-index.ts";
import { quoted, type XmlNode } from "../xml.ts";
import { causeOf, type Action } from "./action.ts";
import { requireUpload } from "./multipart.ts";

/** Minimum size of every part but the last: 5 MiB. */
const minPartBytes = 5 * 1024 ** 2;

/**
 * Joins the listed parts into a separate file, and only then replaces the upload and its parts with the object in one
 * transaction. A crash leaves the upload unchanged.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const completeMultipartUpload: Action = {
  name: "CompleteMultipartUpload",
  method: "POST",
  about: "object",
  query: ["uploadId"],
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:PutObject", bucket, key);
    const upload = requireUpload(s3, request);
    const document = await readXml(request, "CompleteMultipartUpload", "object");
    const parts = chosenParts(document.children("Part"), s3.uploads.parts(upload.id));
    const conditions = conditionsOf(request.headers);
    checkWriteConditions(conditions, key, s3.index.object(bucket, key));
    const whole = upload.checksum?.type === "FULL_OBJECT" ? createDigest(upload.checksum.algorithm) : undefined;
    const blob = await s3.blobs.write(digested(joined(s3.blobs, parts), whole));
    const etag = `${createHash("md5")
      .update(Buffer.concat(parts.map((part) => Buffer.from(part.etag, "hex"))))
      .digest("hex")}-${parts.length}`;
    const checksum = objectChecksum(upload, parts, whole);
    const claimed = checksum === undefined ? undefined : header(request, checksumHeader(checksum.algorithm));
    if (checksum !== undefined && claimed !== undefined && claimed !== checksum.value) {
      await s3.blobs.delete(blob);
      throw badDigest(checksum.algorithm);
    }
    const { headers, metadata, tags } = upload;
    await commitObject(
      s3,
      {
        bucket,
        key,
        blob,
        size: parts.reduce((total, part) => total + part.size, 0),
        etag,
        checksum,
        headers,
        metadata,
        tags,
      },
      {
        event: "ObjectCreated:CompleteMultipartUpload",
        cause: causeOf(request),
        conditions,
        also: () => {
          if (s3.uploads.get(upload.id) === undefined) throw noSuchUpload(upload.id);
          return s3.uploads.delete(upload.id);
        },
      },
    );
    const location = `http://${call.request.headers.host ?? "127.0.0.1"}/${bucket}/${encodeURIComponent(key)}`;
    const shown =
      checksum === undefined ? {} : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
    sendXml(
      call.response,
      "CompleteMultipartUploadResult",
      { Location: location, Bucket: bucket, Key: key, ETag: quoted(etag), ...shown },
      encryptionHeader,
    );
  },
};

/** The uploaded parts that the request lists; parts that it omits are discarded. */
function chosenParts(listed: readonly XmlNode[], uploaded: readonly Part[]): Part[] {
  if (listed.length === 0) throw malformedXml();
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  let previous = 0;
  const chosen = listed.map((node) => {
    const number = Number(node.required("PartNumber"));
    if (!(number > previous)) {
      throw new AwsError(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
        400,
      );
    }
    previous = number;
    const part = byNumber.get(number);
    if (part === undefined || node.required("ETag").replaceAll('"', "") !== part.etag || !checksumMatches(node, part)) {
      throw new AwsError(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, " +
          "or the specified entity tag may not match the part's entity tag.",
        400,
        { PartNumber: number, ETag: node.required("ETag") },
      );
    }
    return part;
  });
  const small = chosen.slice(0, -1).find((part) => part.size < minPartBytes);
  if (small !== undefined) {
    throw new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400, {
      ProposedSize: small.size,
      MinSizeAllowed: minPartBytes,
      PartNumber: small.number,
      ETag: small.etag,
    });
  }
  return chosen;
}

function checksumMatches(node: XmlNode, { checksum }: Part): boolean {
  const claimed = checksum === undefined ? undefined : node.text(`Checksum${checksum.algorithm}`);
  return claimed === undefined || claimed === checksum?.value;
}

async function* joined(blobs: BlobStore, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* blobs.read(part.blob) as AsyncIterable<Buffer>;
}

/** The checksum of the whole object, or of the parts' checksums followed by the number of parts. */
function objectChecksum({ checksum }: Upload, parts: readonly Part[], whole: Digest | undefined): Checksum | undefined {
  if (checksum === undefined) return undefined;
  if (whole !== undefined) return { ...checksum, value: whole.digest().toString("base64") };
  const values = parts.flatMap((part) => part.checksum?.value ?? []);
  if (values.length < parts.length) return undefined;
  const composite = digestOf(checksum.algorithm, Buffer.concat(values.map((value) => Buffer.from(value, "base64"))));
  return { ...checksum, value: `${composite.toString("base64")}-${parts.length}` };
}

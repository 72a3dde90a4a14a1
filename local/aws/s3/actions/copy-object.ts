import { BlobStore } from "../blob-store.ts";
import { authorizeObject } from "../access.ts";
import { attributesOf } from "../attributes.ts";
import { createDigest, digested, parseAlgorithm, type Checksum } from "../checksums.ts";
import { commitObject } from "../commit.ts";
import { conditionsOf } from "../conditions.ts";
import { copySource } from "../copy-source.ts";
import { invalidArgument, invalidRequest } from "../errors.ts";
import type { ObjectAttributes, StoredObject } from "../object-index.ts";
import { encryptionHeader, sendXml } from "../reply.ts";
import { header, type S3Request } from "../request.ts";
import { quoted } from "../xml.ts";
import { causeOf, type Action } from "./action.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: Action = {
  name: "CopyObject",
  method: "PUT",
  about: "object",
  header: "x-amz-copy-source",
  async run(s3, request) {
    const { bucket, key, call } = request;
    authorizeObject(s3, call.principal, "s3:PutObject", bucket, key);
    const source = copySource(s3, request);
    const attributes = copiedAttributes(request, source);
    if (source.bucket === bucket && source.key === key && directive(request, "x-amz-metadata-directive") === "COPY") {
      throw invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without " +
          "changing the object's metadata, storage class, website redirect location or encryption " +
          "attributes.",
      );
    }
    const wanted = header(request, "x-amz-checksum-algorithm");
    const algorithm = wanted === undefined ? source.checksum?.algorithm : parseAlgorithm(wanted);
    const md5 = createDigest("MD5");
    const digest = algorithm === undefined ? undefined : createDigest(algorithm);
    const handle = await s3.blobs.open(source.blob);
    const blob = await s3.blobs.write(digested(BlobStore.stream(handle), md5, digest)).finally(() => handle.close());
    const checksum: Checksum | undefined =
      algorithm === undefined || digest === undefined
        ? undefined
        : { algorithm, value: digest.digest().toString("base64"), type: "FULL_OBJECT" };
    const stored = await commitObject(
      s3,
      { bucket, key, blob, size: source.size, etag: md5.digest().toString("hex"), checksum, ...attributes },
      { event: "ObjectCreated:Copy", cause: causeOf(request), conditions: conditionsOf(request.headers) },
    );
    const content = {
      ETag: quoted(stored.etag),
      LastModified: new Date(stored.modified),
      ...(checksum === undefined
        ? {}
        : { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }),
    };
    sendXml(call.response, "CopyObjectResult", content, encryptionHeader);
  },
};

function directive(request: S3Request, name: string): "COPY" | "REPLACE" {
  const value = header(request, name) ?? "COPY";
  if (value !== "COPY" && value !== "REPLACE")
    throw invalidArgument(`Unknown ${name.slice("x-amz-".length)}.`, name, value);
  return value;
}

function copiedAttributes(request: S3Request, source: StoredObject): ObjectAttributes {
  const given = attributesOf(request);
  const tags = directive(request, "x-amz-tagging-directive") === "COPY" ? source.tags : given.tags;
  if (directive(request, "x-amz-metadata-directive") === "REPLACE") return { ...given, tags };
  return { headers: source.headers, metadata: source.metadata, tags };
}

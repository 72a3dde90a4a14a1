import { authorizeBucket } from "../access.ts";
import { invalidArgument } from "../errors.ts";
import { afterKey } from "../key-order.ts";
import { listPage } from "../listing.ts";
import { sendXml } from "../reply.ts";
import type { S3Request } from "../request.ts";
import { quoted } from "../xml.ts";
import type { Action } from "./action.ts";

const maxKeys = 1000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Action = {
  name: "ListObjectsV2",
  method: "GET",
  about: "bucket",
  query: ["list-type"],
  optional: ["prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type", "fetch-owner"],
  async run(s3, request) {
    const { bucket, query, call } = request;
    const prefix = query.get("prefix") ?? "";
    const delimiter = query.get("delimiter") ?? "";
    const limit = pageSize(query);
    const context = {
      "s3:prefix": prefix,
      "s3:max-keys": String(limit),
      ...(delimiter === "" ? {} : { "s3:delimiter": delimiter }),
    };
    authorizeBucket(s3, call.principal, "s3:ListBucket", bucket, context);
    if (query.get("list-type") !== "2")
      throw invalidArgument("Invalid List Type specified in Request", "list-type", query.get("list-type") ?? "");
    const startAfter = query.get("start-after");
    const token = query.get("continuation-token");
    const from = token === null ? (startAfter === null ? undefined : afterKey(startAfter)) : parseToken(token);
    const page = listPage(s3.index, { bucket, prefix, delimiter, from, limit });
    const shown = encoder(request);
    sendXml(call.response, "ListBucketResult", {
      Name: bucket,
      Prefix: shown(prefix),
      ...(delimiter === "" ? {} : { Delimiter: shown(delimiter) }),
      MaxKeys: limit,
      ...(query.has("encoding-type") ? { EncodingType: "url" } : {}),
      KeyCount: page.objects.length + page.commonPrefixes.length,
      IsTruncated: page.next !== undefined,
      ...(token === null ? {} : { ContinuationToken: token }),
      ...(page.next === undefined ? {} : { NextContinuationToken: page.next.toString("base64url") }),
      ...(startAfter === null ? {} : { StartAfter: shown(startAfter) }),
      Contents: page.objects.map((object) => ({
        Key: shown(object.key),
        LastModified: new Date(object.modified),
        ETag: quoted(object.etag),
        ...(object.checksum === undefined
          ? {}
          : { ChecksumAlgorithm: object.checksum.algorithm, ChecksumType: object.checksum.type }),
        Size: object.size,
        StorageClass: object.headers["x-amz-storage-class"] ?? "STANDARD",
      })),
      CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: shown(common) })),
    });
  },
};

function pageSize(query: URLSearchParams): number {
  const text = query.get("max-keys");
  if (text === null) return maxKeys;
  if (!/^\d{1,10}$/.test(text))
    throw invalidArgument("Provided max-keys not an integer or within integer range", "max-keys", text);
  return Math.min(maxKeys, Number(text));
}

function parseToken(token: string): Buffer {
  const bound = Buffer.from(token, "base64url");
  if (bound.length === 0 || bound.toString("base64url") !== token)
    throw invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
  return bound;
}

function encoder({ query }: S3Request): (key: string) => string {
  const type = query.get("encoding-type");
  if (type === null) return (key) => key;
  if (type !== "url") throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (key) => encodeURIComponent(key).replaceAll("%2F", "/");
}

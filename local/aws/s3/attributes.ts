import { AwsError } from "../errors.ts";
import { contentEncodings } from "./ingest.ts";
import { invalidArgument, notImplemented } from "./errors.ts";
import type { ObjectAttributes } from "./object-index.ts";
import { header, type S3Request } from "./request.ts";
import { checkTags } from "./tags.ts";

/** Headers kept with an object and returned with it. */
const storedHeaders = [
  "cache-control",
  "content-disposition",
  "content-language",
  "expires",
  "x-amz-storage-class",
] as const;

/** Total size of the user's metadata, names and values. */
const maxMetadataBytes = 2048;

/** S3's default content type. */
export const defaultContentType = "binary/octet-stream";

/** Unsupported headers that would change what S3 does, so they must not be ignored silently. */
const refusedHeaders = [
  "x-amz-website-redirect-location",
  "x-amz-object-lock-mode",
  "x-amz-object-lock-retain-until-date",
  "x-amz-object-lock-legal-hold",
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-write-offset-bytes",
] as const;

/** Headers, metadata and tags that a PUT, copy or multipart upload gives its object. */
export function attributesOf(request: S3Request): ObjectAttributes {
  for (const name of refusedHeaders)
    if (header(request, name) !== undefined) throw notImplemented(`The header ${name}`);
  const acl = header(request, "x-amz-acl");
  if (acl !== undefined && acl !== "private" && acl !== "bucket-owner-full-control") {
    throw new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400);
  }
  const headers: Record<string, string> = { "content-type": header(request, "content-type") ?? defaultContentType };
  for (const name of storedHeaders) {
    const value = header(request, name);
    if (value !== undefined) headers[name] = value;
  }
  const encoding = contentEncodings(request).filter((coding) => coding !== "aws-chunked");
  if (encoding.length > 0) headers["content-encoding"] = encoding.join(",");
  return { headers, metadata: metadataOf(request), tags: tagsOf(request) };
}

function metadataOf(request: S3Request): Record<string, string> {
  const prefix = "x-amz-meta-";
  const entries = Object.keys(request.headers).flatMap((name) =>
    name.startsWith(prefix) ? [[name.slice(prefix.length), header(request, name) ?? ""] as const] : [],
  );
  const size = entries.reduce((total, [name, value]) => total + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  if (size > maxMetadataBytes) {
    throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400, {
      Size: size,
      MaxSizeAllowed: maxMetadataBytes,
    });
  }
  return Object.fromEntries(entries);
}

function tagsOf(request: S3Request): Record<string, string> {
  const text = header(request, "x-amz-tagging");
  if (text === undefined) return {};
  const pairs = [...new URLSearchParams(text)];
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw invalidArgument("Cannot provide multiple Tags with the same key", "x-amz-tagging", text);
  return checkTags(Object.fromEntries(pairs));
}

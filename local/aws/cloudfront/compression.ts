import { constants, createBrotliCompress, createGzip, type BrotliCompress, type Gzip } from "node:zlib";
import { accepts } from "./forwarding.ts";
import type { CachePolicy } from "./policies.ts";

/** Sizes that CloudFront compresses, in bytes. */
const minBytes = 1000;
const maxBytes = 10_000_000;

/**
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html#compressed-content-cloudfront-file-types
 */
const compressible = new Set(
  `application/dash+xml application/eot application/font application/font-sfnt application/javascript
  application/json application/opentype application/otf application/pdf application/pkcs7-mime
  application/protobuf application/rss+xml application/truetype application/ttf application/vnd.apple.mpegurl
  application/vnd.mapbox-vector-tile application/vnd.ms-fontobject application/wasm application/xhtml+xml
  application/xml application/x-font-opentype application/x-font-truetype application/x-font-ttf
  application/x-httpd-cgi application/x-javascript application/x-mpegurl application/x-opentype
  application/x-otf application/x-perl application/x-ttf font/eot font/opentype font/otf font/ttf image/svg+xml
  text/css text/csv text/html text/javascript text/js text/plain text/richtext text/tab-separated-values
  text/xml text/x-component text/x-java-source text/x-script`.split(/\s+/),
);

/** A response before it is sent. */
export interface ResponseHead {
  status: number;
  contentType?: string;
  contentLength?: number;
  contentEncoding?: string;
}

/** The coding that the edge applies to a response under CloudFront's conditions; undefined if it stays unchanged. */
export function chooseCoding(
  head: ResponseHead,
  viewer: { method: string; acceptEncoding?: string },
  policy: Pick<CachePolicy, "gzip" | "brotli">,
): "br" | "gzip" | undefined {
  const { status, contentType, contentLength, contentEncoding } = head;
  if (viewer.method !== "GET" || viewer.acceptEncoding === undefined) return undefined;
  if (![200, 403, 404].includes(status) || contentEncoding !== undefined) return undefined;
  if (contentLength === undefined || contentLength < minBytes || contentLength > maxBytes) return undefined;
  if (!compressible.has((contentType ?? "").split(";")[0]!.trim().toLowerCase())) return undefined;
  if (policy.brotli && accepts(viewer.acceptEncoding, "br")) return "br";
  return policy.gzip && accepts(viewer.acceptEncoding, "gzip") ? "gzip" : undefined;
}

/** A compressor for responses on the fly, at a level that saves most bytes for little CPU time. */
export function createEncoder(coding: "br" | "gzip", sizeHint: number): BrotliCompress | Gzip {
  if (coding === "gzip") return createGzip({ level: 6 });
  return createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: sizeHint },
  });
}

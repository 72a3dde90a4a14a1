import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { BlobStore } from "./blob-store.ts";
import { conditionsOf, rangeApplies, readCondition } from "./conditions.ts";
import type { StoredObject } from "./object-index.ts";
import { parseRange } from "./range.ts";
import { checksumHeaders, encryptionHeader, sendEmpty } from "./reply.ts";

/**
 * Responds to a GET or HEAD with an object: conditions, range, headers, then its bytes as fast as the client reads.
 * `overrides` replaces stored headers (`response-content-type` and the like).
 */
export async function sendObject(
  blobs: BlobStore,
  object: StoredObject,
  request: { method: string; headers: IncomingHttpHeaders },
  response: ServerResponse,
  overrides: Record<string, string> = {},
): Promise<void> {
  const validators = { etag: `"${object.etag}"`, "last-modified": new Date(object.modified).toUTCString() };
  const { "cache-control": cacheControl } = object.headers;
  if (readCondition(conditionsOf(request.headers), object) === "not-modified") {
    sendEmpty(response, 304, {
      ...validators,
      ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
    });
    return;
  }
  const ifRange = request.headers["if-range"];
  const range = rangeApplies(typeof ifRange === "string" ? ifRange : undefined, object)
    ? parseRange(request.headers.range, object.size)
    : undefined;
  const length = range === undefined ? object.size : range.end - range.start + 1;
  const tags = Object.keys(object.tags).length;
  const headers: Record<string, string> = {
    ...object.headers,
    ...overrides,
    ...Object.fromEntries(Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    ...(tags === 0 ? {} : { "x-amz-tagging-count": String(tags) }),
    ...encryptionHeader,
    ...validators,
    "accept-ranges": "bytes",
    "content-length": String(length),
    ...(range === undefined ? {} : { "content-range": `bytes ${range.start}-${range.end}/${object.size}` }),
    // The checksum covers the whole object; with a range, the SDK would report a mismatch.
    ...(range === undefined && request.headers["x-amz-checksum-mode"] === "ENABLED"
      ? checksumHeaders(object.checksum)
      : {}),
  };
  const status = range === undefined ? 200 : 206;
  if (request.method === "HEAD" || length === 0) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  const handle = await blobs.open(object.blob);
  response.writeHead(status, headers);
  try {
    await pipeline(BlobStore.stream(handle, range), response);
  } catch (cause) {
    // A client that disconnects is not an error; a failing disk is.
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_STREAM_PREMATURE_CLOSE")) throw cause;
  }
}

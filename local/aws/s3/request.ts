import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../errors.ts";
import type { ServiceCall } from "../cloud.ts";

/** Longest key, in bytes of UTF-8. */
const maxKeyBytes = 1024;

/** A path-style request, percent-decoded. */
export interface S3Request {
  call: ServiceCall;
  method: string;
  /** Empty if the request concerns the whole account. */
  bucket: string;
  /** Empty if the request concerns the bucket. Any UTF-8, `..` and slashes included: it never becomes a path. */
  key: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/**
 * Reads bucket and key from the request target itself, not from a parsed URL: URL parsing resolves `.` and `..`,
 * which are ordinary parts of a key. Throws InvalidURI, KeyTooLongError.
 */
export function parseRequest(call: ServiceCall): S3Request {
  const target = call.request.url ?? "/";
  const question = target.indexOf("?");
  const path = question < 0 ? target : target.slice(0, question);
  const slash = path.indexOf("/", 1);
  const bucket = decode(slash < 0 ? path.slice(1) : path.slice(1, slash));
  const key = slash < 0 ? "" : decode(path.slice(slash + 1));
  const size = Buffer.byteLength(key);
  if (size > maxKeyBytes)
    throw new AwsError("KeyTooLongError", "Your key is too long", 400, { Size: size, MaxSizeAllowed: maxKeyBytes });
  return {
    call,
    method: call.request.method ?? "GET",
    bucket,
    key,
    query: new URLSearchParams(question < 0 ? "" : target.slice(question + 1)),
    headers: call.request.headers,
  };
}

/** A header's single value; Node joins repeated headers, except those that may not repeat. */
export function header(request: Pick<S3Request, "headers">, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * A request's body as a stream. Stopping early leaves the connection open (a plain `for await` would close it), so that
 * the caller still gets the error.
 */
export function bodyOf({ call }: Pick<S3Request, "call">): AsyncIterable<Buffer> {
  return call.request.iterator({ destroyOnReturn: false });
}

/** Percent-decodes; throws InvalidURI if it is not UTF-8. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", 400, { URI: text });
  }
}

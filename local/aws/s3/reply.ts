import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { AwsError } from "../errors.ts";
import { checksumHeader, type Checksum } from "./checksums.ts";
import type { S3Request } from "./request.ts";
import { xmlDocument, type XmlElements } from "./xml.ts";

/** A new request id, as in `x-amz-request-id`. */
export function requestId(): string {
  return randomBytes(8).toString("hex").toUpperCase();
}

export function sendEmpty(response: ServerResponse, status = 200, headers: Record<string, string> = {}): void {
  response.writeHead(status, status === 204 || status === 304 ? headers : { "content-length": "0", ...headers });
  response.end();
}

export function sendXml(
  response: ServerResponse,
  root: string,
  content: XmlElements,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { "content-type": "application/xml", ...headers });
  response.end(xmlDocument(root, content));
}

/** An error in S3's form. A HEAD gets the status only; the rest of the request's body is discarded. */
export function sendError(request: Pick<S3Request, "call" | "method">, error: AwsError): void {
  const { request: incoming, response } = request.call;
  incoming.resume();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const extra: Record<string, string> =
    error.code === "InvalidRange" ? { "content-range": `bytes */${String(error.details["ActualObjectSize"])}` } : {};
  if (request.method === "HEAD") {
    sendEmpty(response, error.status, extra);
    return;
  }
  const details: XmlElements = Object.fromEntries(
    Object.entries(error.details).map(([name, value]) => [name, String(value)]),
  );
  const id = response.getHeader("x-amz-request-id");
  const body = xmlDocument(
    "Error",
    { Code: error.code, Message: error.message, ...details, RequestId: typeof id === "string" ? id : "" },
    { namespace: false },
  );
  response.writeHead(error.status, { "content-type": "application/xml", ...extra });
  response.end(body);
}

/** The headers with an object's checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  return checksum === undefined
    ? {}
    : { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** On AWS every object is encrypted at rest; responses say so here too. */
export const encryptionHeader = { "x-amz-server-side-encryption": "AES256" } as const;

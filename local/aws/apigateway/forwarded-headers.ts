import type { IncomingMessage } from "node:http";

/** The headers that an API hands to its function: those of the request, and what API Gateway knows of its way. */
export function forwardedHeaders(
  request: IncomingMessage,
  headers: Record<string, string>,
  domainName: string,
): Record<string, string> {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const client = request.socket.remoteAddress ?? "";
  const before = lower["x-forwarded-for"];
  return {
    ...lower,
    host: domainName,
    "x-forwarded-for": before === undefined ? client : `${before}, ${client}`,
    "x-forwarded-port": domainName.split(":")[1] ?? "443",
    "x-forwarded-proto": "http",
  };
}

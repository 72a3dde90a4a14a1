import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { onUpgrade, webSocketsOnly } from "../support/upgrade.ts";
import { EdgeResponse } from "./edge-response.ts";
import { misdirected, namesThisMachine } from "./viewer-host.ts";

/** CloudFront's limit for the request line and headers together, plus room for the longest URL. */
const maxHeaderBytes = 20_480 + 8192;
/** Time for a viewer to send its headers, ms. */
const headersTimeoutMs = 10_000;
/** Time for a viewer to send its whole request (a photo over a slow connection), ms. */
const requestTimeoutMs = 300_000;
/** How long a connection may stay idle during a response (a viewer that stopped reading), ms. */
const silentMs = 120_000;
const keepAliveMs = 60_000;
/** Far more than one machine can serve, far less than its file descriptors. */
const maxConnections = 1000;

/** The public listener. */
export interface Listener {
  server: Server;
  host: string;
  port: number;
}

/**
 * Listens on `host` and `port` (0 is any free one), for viewers who use an address or one of `names`. Throws an Error
 * with a message for the user if that fails.
 */
export async function listen(
  options: { host: string; port: number; names?: readonly string[] },
  answer: (request: IncomingMessage, response: EdgeResponse, upgrade?: Buffer) => void,
): Promise<Listener> {
  const handle: typeof answer = (request, response, upgrade) => {
    const { host } = request.headers;
    if (namesThisMachine(host, options.names ?? [])) answer(request, response, upgrade);
    else response.writeHead(421, { "content-type": "text/plain; charset=utf-8" }).end(misdirected(host ?? ""));
  };
  const server = createServer(
    {
      ServerResponse: EdgeResponse,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveMs,
      ...webSocketsOnly,
    },
    (request, response) => handle(request, response),
  );
  onUpgrade(server, (request) => new EdgeResponse(request), handle);
  server.on("clientError", refuse);
  server.setTimeout(silentMs);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(new Error(sentence(cause, options))));
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { server, host: options.host, port };
}

/** CloudFront answers what is not HTTP, or has too large headers, with a page of its own and ends the connection. */
function refuse({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const page = '<!doctype html><html lang="en"><title>Bad request</title><h1>Bad request</h1></html>\n';
  const [status, reason] =
    code === "HPE_HEADER_OVERFLOW" ? [431, "Request Header Fields Too Large"] : [400, "Bad Request"];
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nServer: CloudFront\r\nContent-Type: text/html; charset=utf-8\r\n` +
      `Content-Length: ${page.length}\r\nConnection: close\r\nX-Cache: Error from cloudfront\r\n\r\n${page}`,
  );
}

function sentence(cause: NodeJS.ErrnoException, { host, port }: { host: string; port: number }): string {
  switch (cause.code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use: choose another with --port.`;
    case "EACCES":
      return `Port ${port} on ${host} requires more privileges than you have: choose a port above 1023 with --port.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is not an address of this machine: choose another with --host.`;
    default:
      return `The page cannot be served on ${host}, port ${port}: ${cause.message}`;
  }
}

/** `127.0.0.1:8080`, as a browser on this machine writes it; for a wildcard address, the loopback address. */
export function authority({ host, port }: Pick<Listener, "host" | "port">): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  return `${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

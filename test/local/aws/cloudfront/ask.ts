import { request as httpRequest, type IncomingHttpHeaders } from "node:http";

/** Asks a server with just these headers, on a connection of its own; the body comes as it was sent. */
export function ask(
  server: string,
  path: string,
  headers: Record<string, string | undefined> = {},
  { method = "GET", body }: { method?: string; body?: string } = {},
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  const { hostname, port } = new URL(server);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

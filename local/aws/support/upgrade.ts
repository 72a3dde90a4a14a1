import type { IncomingMessage, Server, ServerResponse } from "node:http";

/** Options of a server that {@link onUpgrade} watches: a request for another protocol is served as if it had none. */
export const webSocketsOnly = {
  shouldUpgradeCallback: ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket",
};

/**
 * Hands requests for a WebSocket to `handle`, with the response by which they are refused. To accept, detach the
 * socket from the response. `head` are the bytes that were read beyond the request.
 */
export function onUpgrade<Response extends ServerResponse>(
  server: Server,
  respond: (request: IncomingMessage) => Response,
  handle: (request: IncomingMessage, response: Response, head: Buffer) => void,
): void {
  server.on("upgrade", (request, _socket, head) => {
    const { socket } = request;
    // The server no longer watches this socket; one that fails is closed, and nobody else needs to know.
    socket.on("error", () => socket.destroy());
    const response = respond(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once("finish", () => socket.end());
    handle(request, response, head);
  });
}

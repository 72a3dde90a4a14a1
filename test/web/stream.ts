import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { StreamMessage } from "../../client/types.gen.ts";
import { until } from "../support/until.ts";
import type { Site } from "./site.ts";

/** The stream of changes at a site's `/stream`. */
export interface Stream {
  /** What clients asked for, in order: the `after` of each message of theirs. */
  asked: (string | undefined)[];
  /** How many are connected. */
  clients: () => number;
  /** Sends a message to each. */
  tell: (message: StreamMessage | object) => void;
  /** Closes all connections and refuses others with 503. */
  refuse: () => void;
  /** Accepts connections again. */
  accept: () => void;
}

/** Adds the stream, which answers a client that knows nothing with `reset`, as the API does. */
export function streamOf(site: Site): Stream {
  const sockets = new WebSocketServer({ noServer: true });
  const asked: (string | undefined)[] = [];
  let accepting = true;

  site.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!accepting || request.url !== "/stream") {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
  });
  sockets.on("connection", (client: WebSocket) => {
    client.on("message", (data: Buffer) => {
      const { after } = JSON.parse(data.toString()) as { after?: string };
      asked.push(after);
      if (after === undefined) client.send(JSON.stringify({ type: "reset", id: "id-0" }));
    });
  });

  return {
    asked,
    clients: () => sockets.clients.size,
    tell: (message) => sockets.clients.forEach((client) => client.send(JSON.stringify(message))),
    refuse: () => {
      accepting = false;
      for (const client of sockets.clients) client.terminate();
    },
    accept: () => {
      accepting = true;
    },
  };
}

/** Waits until clients have asked so many times. */
export async function askedTimes(stream: Stream, times: number): Promise<void> {
  await until(() => stream.asked.length >= times);
}

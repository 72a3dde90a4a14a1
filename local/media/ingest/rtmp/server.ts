import { createServer, type Server } from "node:net";
import type { Log } from "../../../log.ts";
import type { PublishDecision, PublishRequest } from "../publication.ts";
import { BoundedLog } from "../bounded-log.ts";
import { Session } from "./session.ts";

export interface RtmpServerOptions {
  log: Log;
  authorize(request: PublishRequest): PublishDecision;
  /** Whether an address may connect at all. */
  admits(address: string): boolean;
  /** How long a connection may take from its first byte to an accepted publish, in milliseconds. */
  beginWithinMs: number;
  /** A publisher that sends nothing for this long has disconnected, in milliseconds. */
  silentForMs: number;
  /** Maximum number of connections. A new one takes the place of the oldest that does not publish. */
  mostConnections: number;
  /** Maximum number of connections of one address that don't publish; a new one takes the place of the oldest. */
  mostStrangersPerAddress: number;
}

/** A strict RTMP server for ingest only. Peers can't affect each other's streams. */
export interface RtmpServer {
  /** Resolves with the listening port (`port` 0: any free one); rejects with Node's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<number>;
  /** Drops every connection and stops listening. */
  close(): Promise<void>;
}

export const rtmpDefaults = {
  beginWithinMs: 5_000,
  silentForMs: 30_000,
  mostConnections: 32,
  mostStrangersPerAddress: 16,
} as const;

/** Creates the server; it listens after {@link RtmpServer.listen}. */
export function createRtmpServer(options: RtmpServerOptions): RtmpServer {
  const sessions = new Set<Session>();
  const strangersLog = new BoundedLog(options.log);
  /** Makes place for a connection from this address; whether there is one. */
  const makePlace = (address: string): boolean => {
    const strangers = [...sessions].filter((session) => !session.publishes);
    const neighbours = strangers.filter(({ peer }) => peer === address);
    if (neighbours.length >= options.mostStrangersPerAddress) neighbours[0]?.close("a newer connection took its place");
    else if (sessions.size >= options.mostConnections) strangers[0]?.close("a newer connection took its place");
    return sessions.size < options.mostConnections;
  };
  const server: Server = createServer((socket) => {
    const address = socket.remoteAddress ?? "";
    const admitted = options.admits(address);
    if (!admitted || !makePlace(address)) {
      const reason = admitted
        ? `${options.mostConnections} publishers are connected already`
        : "the input security group does not admit it";
      strangersLog.warn(`refused a connection from ${address}: ${reason}`);
      socket.destroy();
      return;
    }
    const session: Session = new Session(socket, options, strangersLog, () => sessions.delete(session));
    sessions.add(session);
  });
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          server.on("error", (cause) => options.log.error("the RTMP listener failed", cause));
          const address = server.address();
          resolve(typeof address === "object" && address !== null ? address.port : port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        for (const session of [...sessions]) session.close("the server is stopping");
        server.close(() => resolve());
      }),
  };
}

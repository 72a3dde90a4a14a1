import type { Socket, SocketLimits } from "./socket.ts";

/** The connections that are open, by id. Each is closed when it is idle for too long, or too old. */
export interface OpenSockets {
  add(socket: Socket): void;
  get(id: string): Socket | undefined;
  /** A message passed, so the connection is not idle. */
  used(id: string): void;
  lastUsed(id: string): Date;
  delete(id: string): void;
  /** Ends all of them at once. */
  end(): void;
}

/** RFC 6455, section 7.4.1: what API Gateway closes with when a connection's time is up. */
const goingAway = 1001;

export function createOpenSockets(limits: SocketLimits): OpenSockets {
  interface Entry {
    socket: Socket;
    idle: NodeJS.Timeout;
    age: NodeJS.Timeout;
    usedAt: Date;
  }
  const entries = new Map<string, Entry>();

  const drop = (id: string): Entry | undefined => {
    const entry = entries.get(id);
    clearTimeout(entry?.idle);
    clearTimeout(entry?.age);
    entries.delete(id);
    return entry;
  };

  return {
    add(socket) {
      const close = (): void => socket.webSocket.close(goingAway, "Going away");
      entries.set(socket.id, {
        socket,
        idle: setTimeout(close, limits.idleMs),
        age: setTimeout(close, limits.durationMs),
        usedAt: socket.connectedAt,
      });
    },
    get: (id) => entries.get(id)?.socket,
    used(id) {
      const entry = entries.get(id);
      if (entry === undefined) return;
      entry.usedAt = new Date();
      entry.idle.refresh();
    },
    lastUsed: (id) => entries.get(id)?.usedAt ?? new Date(0),
    delete: (id) => void drop(id),
    end() {
      for (const id of [...entries.keys()]) drop(id)?.socket.webSocket.terminate();
    },
  };
}

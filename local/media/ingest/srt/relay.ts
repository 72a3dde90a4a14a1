import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { isShutdown, readHandshake, readStreamId, rejectionPacket, shutdownPacket } from "./handshake.ts";

const loopback = "127.0.0.1";
/** A keyframe arrives in one burst, in bytes. */
const receiveBuffer = 1 << 20;
/** Callers at most; a new one takes the place of the oldest that is not connected. */
const mostCallers = 16;

/** Answers of libsrt (`SRT_REJECT_REASON` plus 1000) that a person can do something about. */
const rejections: Record<number, string> = {
  1010: "its passphrase is wrong",
  1011: "it uses no passphrase",
};

/** Our own answers, as libsrt's `access_control.h` numbers them. */
const forbidden = 1403;
const conflict = 1409;

export interface RelayEvents {
  /** Why a caller from this address may not connect; `undefined` if it may. */
  refusal(address: string): string | undefined;
  /** The receiver has accepted a caller. */
  connected(address: string): void;
  /** A caller did not get through. */
  refused(address: string, reason: string): void;
  failed(cause: Error): void;
}

/** Someone who has sent a handshake. */
interface Caller {
  address: string;
  port: number;
  /** What the receiver sees in its place; `undefined` if it was refused. */
  socket: Socket | undefined;
  /** The number of its SRT socket. */
  socketId: number;
}

/**
 * The UDP port of a listener: passes packets on between callers and the receiving process. FFmpeg tells neither who
 * calls nor whom libsrt refuses, so this is where addresses are admitted, refusals are noticed and everyone but the
 * connected caller is kept away. The port remains ours while one receiving process replaces another.
 */
export class Relay {
  readonly #events: RelayEvents;
  readonly #streamId: string | undefined;
  readonly #callers = new Map<string, Caller>();
  #front: Socket | undefined;
  #receiverPort = 0;
  #connected: Caller | undefined;

  /** @param streamId What a caller's stream id must be; `undefined`: anything. */
  constructor(streamId: string | undefined, events: RelayEvents) {
    this.#streamId = streamId;
    this.#events = events;
  }

  /** Resolves with the port (0: any free one); rejects with Node's error, e.g. EADDRINUSE. */
  listen(port: number, host: string): Promise<number> {
    const front = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", recvBufferSize: receiveBuffer });
    return new Promise((resolve, reject) => {
      const fail = (cause: Error): void => {
        front.close();
        reject(cause);
      };
      front.once("error", fail);
      front.bind(port, host, () => {
        front.off("error", fail);
        this.#front = front;
        front.on("error", (cause) => this.#events.failed(cause));
        front.on("message", (packet, { address, port: from }) => this.#fromCaller(packet, address, from));
        resolve(front.address().port);
      });
    });
  }

  /** Connects callers to the receiver at this port of this machine from now on; earlier ones are forgotten. */
  target(receiverPort: number): void {
    for (const [name, caller] of this.#callers) this.#remove(name, caller);
    this.#connected = undefined;
    this.#receiverPort = receiverPort;
  }

  /** The receiver has ended: tells the connected caller, if there is one. */
  disconnect(): Promise<void> {
    const [front, caller] = [this.#front, this.#connected];
    this.#connected = undefined;
    if (front === undefined || caller === undefined) return Promise.resolve();
    const packet = shutdownPacket(caller.socketId);
    // If it can't be sent, the caller finds out for itself.
    return new Promise((resolve) => front.send(packet, caller.port, caller.address, () => resolve()));
  }

  close(): Promise<void> {
    this.target(0);
    const front = this.#front;
    this.#front = undefined;
    return new Promise((resolve) => (front === undefined ? resolve() : front.close(() => resolve())));
  }

  #fromCaller(packet: Buffer, address: string, port: number): void {
    const name = `${address} ${port}`;
    const handshake = readHandshake(packet);
    const known = this.#callers.get(name);
    if (known === undefined && handshake === undefined) return;
    const caller = known ?? this.#add(name, { address, port, socketId: handshake?.socketId ?? 0 });
    if (caller.socket === undefined) return;
    if (this.#connected !== undefined && this.#connected !== caller)
      this.#refuse(caller, "someone else is already streaming to this channel", rejectionPacket(packet, conflict));
    else if (handshake?.phase === "conclusion" && !this.#takes(readStreamId(packet)))
      this.#refuse(caller, "its stream id is wrong", rejectionPacket(packet, forbidden));
    else caller.socket.send(packet, this.#receiverPort, loopback);
    // It has left: whoever comes now waits for the next receiver.
    if (caller === this.#connected && isShutdown(packet)) this.#connected = undefined;
  }

  #takes(streamId: string | undefined): boolean {
    return this.#streamId === undefined || this.#streamId === streamId;
  }

  #add(name: string, from: Omit<Caller, "socket">): Caller {
    if (this.#callers.size >= mostCallers) this.#makePlace();
    const caller: Caller = { ...from, socket: undefined };
    this.#callers.set(name, caller);
    const refusal = this.#events.refusal(from.address);
    if (refusal === undefined) caller.socket = this.#openSocket(caller);
    else this.#refuse(caller, refusal);
    return caller;
  }

  #openSocket(caller: Caller): Socket {
    const socket = createSocket({ type: "udp4", recvBufferSize: receiveBuffer });
    // The receiver has ended; the next one takes over.
    socket.on("error", () => undefined);
    socket.on("message", (packet, { port }) => {
      if (port === this.#receiverPort && caller.socket === socket) this.#fromReceiver(caller, packet);
    });
    return socket;
  }

  #fromReceiver(caller: Caller, packet: Buffer): void {
    const handshake = readHandshake(packet);
    if (handshake?.phase === "rejection") {
      const reason = rejections[handshake.rejection] ?? `SRT refuses it (reason ${handshake.rejection})`;
      this.#refuse(caller, reason, packet);
      return;
    }
    this.#send(caller, packet);
    if (handshake?.phase !== "conclusion" || this.#connected !== undefined) return;
    this.#connected = caller;
    this.#events.connected(caller.address);
  }

  /** Ignores a caller from now on; without an answer, it finds out by itself after some seconds. */
  #refuse(caller: Caller, reason: string, answer?: Buffer): void {
    caller.socket?.close();
    caller.socket = undefined;
    if (answer !== undefined) this.#send(caller, answer);
    this.#events.refused(caller.address, reason);
  }

  /** Forgets someone who was refused, so that they can't drive out those who are connecting; else the oldest. */
  #makePlace(): void {
    const others = [...this.#callers].filter(([, caller]) => caller !== this.#connected);
    const [name, caller] = others.find(([, { socket }]) => socket === undefined) ?? others[0] ?? [];
    if (name !== undefined && caller !== undefined) this.#remove(name, caller);
  }

  #remove(name: string, caller: Caller): void {
    caller.socket?.close();
    this.#callers.delete(name);
  }

  #send(caller: Caller, packet: Buffer): void {
    // What can't be sent is lost, as on any network; SRT deals with that.
    this.#front?.send(packet, caller.port, caller.address, () => undefined);
  }
}

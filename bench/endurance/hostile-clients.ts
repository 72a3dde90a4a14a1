import { connect, type Socket } from "node:net";
import { writeAmf0, type AmfValue } from "../../local/media/ingest/rtmp/amf0.ts";
import { writeMessage } from "../../local/media/ingest/rtmp/chunk-writer.ts";
import type { Random } from "./random.ts";

const handshake = Buffer.concat([Buffer.of(3), Buffer.alloc(1536), Buffer.alloc(1536)]);
const command = (...values: AmfValue[]): Buffer =>
  writeMessage(3, { type: 20, timestamp: 0, streamId: 0, payload: writeAmf0(...values) }, 128);
const connected = Buffer.concat([handshake, command("connect", 1, { app: "live" }), command("createStream", 2, null)]);
const publish = (key: string): Buffer => Buffer.concat([connected, command("publish", 3, null, key, "live")]);
const chunkSize = (size: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(size);
  return writeMessage(2, { type: 1, timestamp: 0, streamId: 0, payload }, 128);
};
/** The header of a message of this many bytes. */
const announced = (length: number): Buffer => {
  const header = Buffer.from([6, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0]);
  header.writeUIntBE(length, 4, 3);
  return header;
};
const nested = Buffer.concat(Array.from({ length: 4000 }, () => Buffer.of(0x0a, 0, 0, 0, 1)));

/** What hostile clients do once they are connected. All but `reset` then wait until the server ends the connection. */
const attacks: Record<string, (socket: Socket, random: Random) => void> = {
  "a wrong key": (socket, random) => socket.write(publish(random.bytes(12).toString("hex"))),
  "a wrong key, then media": (socket, random) => {
    const media = writeMessage(6, { type: 9, timestamp: 0, streamId: 1, payload: random.bytes(2000) }, 128);
    socket.write(Buffer.concat([publish("wrong"), media, media, media]));
  },
  "random bytes": (socket, random) => socket.write(random.bytes(Math.round(random.between(1, 4000)))),
  "random bytes after the handshake": (socket, random) =>
    socket.write(Buffer.concat([handshake, random.bytes(Math.round(random.between(1, 4000)))])),
  "half a handshake": (socket) => socket.write(handshake.subarray(0, 700)),
  "a handshake and silence": (socket) => socket.write(handshake),
  "nothing at all": () => undefined,
  "a byte now and then": (socket) => {
    let sent = 0;
    const timer = setInterval(() => socket.write(handshake.subarray(sent, ++sent)), 100);
    socket.once("close", () => clearInterval(timer));
  },
  "a huge chunk size and a huge message": (socket) =>
    socket.write(Buffer.concat([connected, chunkSize(0x7fffffff), announced(0xffffff), Buffer.alloc(64 * 1024)])),
  "values nested without end": (socket) =>
    socket.write(
      Buffer.concat([handshake, writeMessage(3, { type: 20, timestamp: 0, streamId: 0, payload: nested }, 128)]),
    ),
  "publishing before it is connected": (socket) =>
    socket.write(Buffer.concat([handshake, command("publish", 3, null, "key", "live")])),
  "a wish to play": (socket) => socket.write(Buffer.concat([connected, command("play", 3, null, "key")])),
  "a request of HTTP": (socket) => socket.write("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n"),
  "a reset": (socket) => socket.write(publish("wrong"), () => socket.resetAndDestroy()),
};

/** The kinds of hostile clients. */
export const hostileKinds = Object.keys(attacks) as [string, ...string[]];

/** How a hostile client fared. */
export interface Fate {
  kind: string;
  /** It was told that it may publish. */
  accepted: boolean;
  /** The server ended the connection, or the client did what it came for (`reset`). */
  ended: boolean;
}

/** Connects, attacks and waits until the connection ends, but at most `patienceMs`. */
export function attack(port: number, kind: string, random: Random, patienceMs: number): Promise<Fate> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    let ended = true;
    const timer = setTimeout(() => {
      ended = false;
      socket.destroy();
    }, patienceMs);
    socket.on("data", (bytes: Buffer) => (answer = (answer + bytes.toString("latin1")).slice(-8192)));
    // "close" follows.
    socket.on("error", () => undefined);
    socket.once("connect", () => attacks[kind]?.(socket, random));
    socket.once("close", () => {
      clearTimeout(timer);
      resolve({ kind, accepted: answer.includes("NetStream.Publish.Start"), ended });
    });
  });
}

import type { Socket } from "node:net";
import { readAmf0, writeAmf0, type AmfValue } from "./amf0.ts";
import { ChunkReader, type RtmpMessage } from "./chunk-reader.ts";
import { outgoingChunkSize, writeMessage } from "./chunk-writer.ts";
import { RtmpError } from "./errors.ts";
import type { Publication } from "../publication.ts";
import { Handshake } from "./handshake.ts";
import type { RtmpServerOptions } from "./server.ts";
import { readFrameRate, readTagBody, tagType, unsupportedCodec } from "./tag-body.ts";

/** Largest message before and after a publisher is accepted, which bounds the memory of strangers' connections. */
const largestCommand = 64 * 1024;
const largestTag = 8 * 1024 * 1024;
const acknowledgeEvery = 1_000_000;
const ourWindow = 2_500_000;

const refusalCodes = { denied: "NetStream.Publish.Denied", occupied: "NetStream.Publish.BadName" } as const;

/** One connection: handshake, commands, then a publisher's tags. Calls `closed` once, for whatever reason it ends. */
export class Session {
  readonly #socket: Socket;
  readonly #options: RtmpServerOptions;
  readonly #closed: () => void;
  readonly #handshake: Handshake;
  readonly #chunks = new ChunkReader(largestCommand);
  /** From the first byte to an accepted publish; a peer that stalls before that is dropped. */
  readonly #deadline: NodeJS.Timeout;
  #shaken = false;
  #received = 0;
  #acknowledged = 0;
  #app: string | undefined;
  #publication: Publication | undefined;
  #ended = false;

  constructor(socket: Socket, options: RtmpServerOptions, closed: () => void) {
    this.#socket = socket;
    this.#options = options;
    this.#closed = closed;
    this.#handshake = new Handshake((bytes) => socket.write(bytes));
    this.#deadline = setTimeout(() => this.close("it did not start publishing in time"), options.beginWithinMs);
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("error", () => undefined); // "close" follows and ends the session
    socket.on("close", () => this.#end("the connection closed"));
  }

  /** Ends the connection at once. */
  close(reason: string): void {
    if (!this.#ended && this.#publication === undefined)
      this.#options.log.info(`dropped a connection from ${this.peer}: ${reason}`);
    this.#end(reason);
    this.#socket.destroy();
  }

  get peer(): string {
    return this.#socket.remoteAddress ?? "a closed connection";
  }

  #receive(bytes: Buffer): void {
    if (this.#ended) return;
    try {
      this.#acknowledge(bytes.length);
      let rest: Buffer | undefined = bytes;
      if (!this.#shaken) {
        rest = this.#handshake.push(bytes);
        if (rest === undefined) return;
        this.#shaken = true;
      }
      for (const message of this.#chunks.push(rest)) {
        this.#message(message);
        if (this.#isOver()) return;
      }
    } catch (cause) {
      if (!(cause instanceof RtmpError)) throw cause;
      this.close(cause.message);
    }
  }

  /** A method, since a message may end the session and narrowing would not see it. */
  #isOver(): boolean {
    return this.#ended;
  }

  #acknowledge(length: number): void {
    this.#received += length;
    if (!this.#shaken || this.#received - this.#acknowledged < acknowledgeEvery) return;
    this.#acknowledged = this.#received;
    this.#send(2, 3, uint32(this.#received >>> 0));
  }

  #message({ type, timestamp, payload }: RtmpMessage): void {
    switch (type) {
      case 4: // user control: answer a ping request with a ping response
        if (payload.length >= 6 && payload.readUInt16BE(0) === 6)
          this.#send(2, 4, Buffer.concat([Buffer.of(0, 7), payload.subarray(2, 6)]));
        return;
      case 17: // AMF3 commands of these clients are AMF0 behind one byte
      {
        this.#command(readAmf0(payload.subarray(1)));
        return;
      }
      case 20: {
        this.#command(readAmf0(payload));
        return;
      }
      case tagType.script:
        this.#metadata(payload);
        return;
      case tagType.audio:
      case tagType.video: {
        this.#tag(type, timestamp, payload);
        return;
      }
      default: // acknowledgements, window sizes, shared objects: nothing to do
    }
  }

  #tag(type: number, timestamp: number, payload: Buffer): void {
    if (this.#publication === undefined || payload.length === 0) return;
    const refused = unsupportedCodec(type, payload);
    if (refused === undefined) {
      const packet = readTagBody(type, timestamp, payload);
      if (packet !== undefined) this.#publication.packet(packet);
      return;
    }
    const advice = type === tagType.video ? "set the video encoder to H.264 (x264)" : "set the audio encoder to AAC";
    this.#refuse("NetStream.Publish.Rejected", `${refused} is not supported: in OBS, Settings > Output, ${advice}`);
  }

  #metadata(payload: Buffer): void {
    const frameRate = readFrameRate(payload);
    if (frameRate !== undefined) this.#publication?.frameRate(frameRate);
  }

  #command([name, transaction, object, ...args]: AmfValue[]): void {
    switch (name) {
      case "connect": {
        this.#connect(transaction, object);
        return;
      }
      case "createStream": {
        this.#answer(transaction, null, 1);
        return;
      }
      case "releaseStream":
      case "FCPublish": {
        this.#answer(transaction, null, null);
        return;
      }
      case "publish": {
        this.#publish(args[0]);
        return;
      }
      case "play":
      case "play2": {
        this.#refuse("NetStream.Play.Failed", "this server only accepts streams; watch on the page");
        return;
      }
      case "FCUnpublish":
      case "deleteStream":
      case "closeStream":
        if (this.#publication !== undefined) this.#finish("it stopped streaming");
        return;
      default: // _checkbw and the like: an answer is not needed
    }
  }

  #connect(transaction: AmfValue, object: AmfValue): void {
    const app = typeof object === "object" && object !== null && !Array.isArray(object) ? object["app"] : undefined;
    if (typeof app !== "string" || this.#app !== undefined)
      throw new RtmpError("protocol", "the connect command is malformed");
    this.#app = app.split("?")[0]!.replace(/^\/+|\/+$/g, "");
    this.#send(2, 5, uint32(ourWindow));
    this.#send(2, 6, Buffer.concat([uint32(ourWindow), Buffer.of(2)]));
    this.#send(2, 1, uint32(outgoingChunkSize));
    const status = {
      level: "status",
      code: "NetConnection.Connect.Success",
      description: "Connected.",
      objectEncoding: 0,
    };
    this.#answer(transaction, { fmsVer: "FMS/3,0,1,123", capabilities: 31 }, status);
  }

  #publish(key: AmfValue): void {
    if (this.#app === undefined || this.#publication !== undefined || typeof key !== "string")
      throw new RtmpError("protocol", "the publish command is out of place");
    const decision = this.#options.authorize({ streamName: `${this.#app}/${key.split("?")[0]!}`, peer: this.peer });
    if ("refuse" in decision) {
      this.#refuse(refusalCodes[decision.refuse], decision.reason);
      return;
    }
    clearTimeout(this.#deadline);
    this.#socket.setTimeout(this.#options.silentForMs, () =>
      this.close(`it sent nothing for ${this.#options.silentForMs / 1000} s`),
    );
    this.#chunks.largestMessage = largestTag;
    this.#publication = decision.accept({ close: (reason) => this.close(reason) });
    this.#send(2, 4, Buffer.of(0, 0, 0, 0, 0, 1)); // stream 1 begins
    this.#status("status", "NetStream.Publish.Start", "Publishing.");
  }

  /** Sends the reason to the client, then disconnects. */
  #refuse(code: string, reason: string): void {
    this.#status("error", code, reason);
    this.#options.log.warn(`refused a publisher from ${this.peer}: ${reason}`);
    this.#finish(reason);
  }

  /** Ends the session after flushing; the peer can't keep it open. */
  #finish(reason: string): void {
    this.#end(reason);
    this.#socket.end();
    this.#socket.resume();
    setTimeout(() => this.#socket.destroy(), 1000).unref();
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#deadline);
    this.#publication?.end(reason);
    this.#closed();
  }

  #status(level: "status" | "error", code: string, description: string): void {
    this.#send(5, 20, writeAmf0("onStatus", 0, null, { level, code, description }), 1);
  }

  #answer(transaction: AmfValue, ...values: AmfValue[]): void {
    this.#send(3, 20, writeAmf0("_result", transaction, ...values));
  }

  #send(chunkStreamId: number, type: number, payload: Buffer, streamId = 0): void {
    if (this.#socket.writable)
      this.#socket.write(writeMessage(chunkStreamId, { type, timestamp: 0, streamId, payload }));
    // Responses to a peer that never reads would accumulate.
    if (this.#socket.writableLength > largestCommand)
      throw new RtmpError("limit", "the client is not reading responses");
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

import type { Socket } from "node:net";
import { readAmf0, writeAmf0, type AmfValue } from "./amf0.ts";
import { ChunkReader, type RtmpMessage } from "./chunk-reader.ts";
import { outgoingChunkSize, writeMessage } from "./chunk-writer.ts";
import { RtmpError } from "./errors.ts";
import type { Publication } from "../publication.ts";
import { Handshake } from "./handshake.ts";
import type { RtmpServerOptions } from "./server.ts";
import { aggregateType, readAggregate } from "./aggregate.ts";
import type { BoundedLog } from "../bounded-log.ts";
import { tagType } from "./tag.ts";
import { readFrameRate, readTagBody } from "./tag-body.ts";
import { unsupportedCodec } from "../unsupported-codec.ts";

/** Largest message before and after a publisher is accepted, which bounds the memory of strangers' connections. */
const largestCommand = 64 * 1024;
const largestTag = 8 * 1024 * 1024;
const acknowledgeEvery = 1_000_000;
const ourWindow = 2_500_000;

const refusalCodes = { denied: "NetStream.Publish.Denied", occupied: "NetStream.Publish.BadName" } as const;

/** What a connection publishes, and on which of its message streams. */
interface Publishing {
  streamId: number;
  publication: Publication;
}

/**
 * One connection: handshake, commands, then a publisher's tags. It may publish several times, one after the other.
 * Calls `closed` once, for whatever reason it ends.
 */
export class Session {
  /** The address of the other side. */
  readonly peer: string;
  readonly #socket: Socket;
  readonly #options: RtmpServerOptions;
  readonly #strangersLog: BoundedLog;
  readonly #closed: () => void;
  readonly #handshake: Handshake;
  readonly #chunks = new ChunkReader(largestCommand);
  /** A peer that takes too long until it publishes is dropped. */
  #deadline: NodeJS.Timeout | undefined;
  #shaken = false;
  #received = 0;
  #acknowledged = 0;
  #app: string | undefined;
  /** The message streams that the peer created; their ids are 1, 2 and so on. */
  #streams = 0;
  #publishing: Publishing | undefined;
  #hasPublished = false;
  #ended = false;

  constructor(socket: Socket, options: RtmpServerOptions, strangersLog: BoundedLog, closed: () => void) {
    this.peer = socket.remoteAddress ?? "a closed connection";
    this.#socket = socket;
    this.#options = options;
    this.#strangersLog = strangersLog;
    this.#closed = closed;
    this.#handshake = new Handshake((bytes) => socket.write(bytes));
    this.#awaitPublishing();
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#receive(bytes));
    socket.on("timeout", () => this.close(`it sent nothing for ${options.silentForMs / 1000} s`));
    socket.on("error", () => undefined); // "close" follows and ends the session
    socket.on("close", () => this.#end("the connection closed"));
  }

  /** Whether a publisher was accepted and has not left. */
  get publishes(): boolean {
    return this.#publishing !== undefined;
  }

  /** Ends the connection at once. */
  close(reason: string): void {
    if (!this.#ended && !this.#hasPublished)
      this.#strangersLog.info(`dropped a connection from ${this.peer}: ${reason}`);
    this.#end(reason);
    this.#socket.destroy();
  }

  #awaitPublishing(): void {
    this.#socket.setTimeout(0);
    this.#deadline = setTimeout(() => this.close("it did not start publishing in time"), this.#options.beginWithinMs);
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

  #message(message: RtmpMessage): void {
    const { type, timestamp, streamId, payload } = message;
    switch (type) {
      case 4: // user control: answer a ping request with a ping response
        if (payload.length >= 6 && payload.readUInt16BE(0) === 6)
          this.#send(2, 4, Buffer.concat([Buffer.of(0, 7), payload.subarray(2, 6)]));
        return;
      case 17: // AMF 3 commands of these clients are AMF 0, mostly behind one byte
        this.#command(streamId, readAmf0(payload[0] === 0 ? payload.subarray(1) : payload));
        return;
      case 20:
        this.#command(streamId, readAmf0(payload));
        return;
      case 15: // AMF 3 data
        this.#metadata(payload[0] === 0 ? payload.subarray(1) : payload);
        return;
      case tagType.script:
        this.#metadata(payload);
        return;
      case tagType.audio:
      case tagType.video:
        this.#tag(type, timestamp, payload);
        return;
      case aggregateType:
        for (const part of readAggregate(message)) if (part.type !== aggregateType && !this.#ended) this.#message(part);
        return;
      default: // acknowledgements, window sizes, shared objects: nothing to do
    }
  }

  #tag(type: number, timestamp: number, payload: Buffer): void {
    if (this.#publishing === undefined || payload.length === 0) return;
    const body = readTagBody(type, timestamp, payload);
    if (body === undefined) return;
    if ("packet" in body) {
      this.#publishing.publication.packet(body.packet);
      return;
    }
    const reason = unsupportedCodec(type === tagType.video ? "video" : "audio", body.unsupported);
    this.#refuse("NetStream.Publish.Rejected", reason, this.#publishing.streamId);
  }

  #metadata(payload: Buffer): void {
    const frameRate = readFrameRate(payload);
    if (frameRate !== undefined) this.#publishing?.publication.frameRate(frameRate);
  }

  #command(streamId: number, [name, transaction, object, ...args]: AmfValue[]): void {
    switch (name) {
      case "connect":
        this.#connect(transaction, object);
        return;
      case "createStream":
        this.#streams += 1;
        this.#answer(transaction, null, this.#streams);
        return;
      case "releaseStream":
        this.#answer(transaction, null, null);
        return;
      case "FCPublish": // some encoders publish only after both answers
        this.#answer(transaction, null, null);
        this.#send(3, 20, writeAmf0("onFCPublish", 0, null, { code: "NetStream.Publish.Start", description: "" }));
        return;
      case "FCUnpublish": // deleteStream or the end of the connection follows
        this.#answer(transaction, null, null);
        this.#send(
          3,
          20,
          writeAmf0("onFCUnpublish", 0, null, { code: "NetStream.Unpublish.Success", description: "" }),
        );
        return;
      case "publish": // on the stream that was created, though some clients say 0
        this.#publish(args[0], streamId || Math.max(1, this.#streams));
        return;
      case "play":
      case "play2":
        this.#refuse("NetStream.Play.Failed", "this server only accepts streams; watch on the page", streamId);
        return;
      case "deleteStream":
        this.#unpublish(args[0]);
        return;
      case "closeStream":
        this.#unpublish(streamId);
        return;
      default: // _checkbw and the like: an answer is not needed
    }
  }

  #connect(transaction: AmfValue, object: AmfValue): void {
    const app = typeof object === "object" && object !== null && !Array.isArray(object) ? object["app"] : undefined;
    this.#app = typeof app === "string" ? app : "";
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

  #publish(name: AmfValue, streamId: number): void {
    if (this.#app === undefined) throw new RtmpError("protocol", "the publish command is out of place");
    // Some encoders publish on a new stream before they give up the one before.
    this.#unpublish(this.#publishing?.streamId);
    const decision = this.#options.authorize({
      app: this.#app,
      name: typeof name === "string" ? name : "",
      peer: this.peer,
    });
    if ("refuse" in decision) {
      this.#refuse(refusalCodes[decision.refuse], decision.reason, streamId);
      return;
    }
    clearTimeout(this.#deadline);
    this.#socket.setTimeout(this.#options.silentForMs);
    this.#chunks.largestMessage = largestTag;
    this.#publishing = { streamId, publication: decision.accept({ close: (reason) => this.close(reason) }) };
    this.#hasPublished = true;
    this.#send(2, 4, Buffer.concat([Buffer.of(0, 0), uint32(streamId)])); // the stream begins
    this.#status("status", "NetStream.Publish.Start", "Publishing.", streamId);
  }

  /** Ends the publication on this message stream; the connection stays for another. */
  #unpublish(streamId: AmfValue): void {
    if (this.#publishing === undefined || this.#publishing.streamId !== streamId) return;
    const { publication } = this.#publishing;
    this.#publishing = undefined;
    publication.end("it stopped streaming");
    this.#status("status", "NetStream.Unpublish.Success", "Unpublished.", streamId);
    this.#awaitPublishing();
  }

  /** Sends the reason to the client, then disconnects. */
  #refuse(code: string, reason: string, streamId: number): void {
    this.#status("error", code, reason, streamId);
    this.#strangersLog.warn(`refused a publisher from ${this.peer}: ${reason}`);
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
    this.#publishing?.publication.end(reason);
    this.#publishing = undefined;
    this.#closed();
  }

  #status(level: "status" | "error", code: string, description: string, streamId: number): void {
    this.#send(5, 20, writeAmf0("onStatus", 0, null, { level, code, description }), streamId);
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

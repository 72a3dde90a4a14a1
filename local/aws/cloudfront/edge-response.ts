import { ServerResponse, type IncomingMessage, type OutgoingHttpHeader, type OutgoingHttpHeaders } from "node:http";
import type { Transform } from "node:stream";

/**
 * Runs when the headers of an origin's response are complete. May change headers; returns an encoder for the body, if
 * any, or that the response is not to be sent, because another origin is asked.
 */
export type OnHead = (response: EdgeResponse, status: number) => Transform | "discard" | undefined;

/**
 * A response whose headers the edge completes just before they are sent, and whose body it may compress. An origin
 * writes to it as to any response. Back-pressure passes through the encoder, so the viewer sets the pace; a viewer that
 * disconnects ends both.
 */
export class EdgeResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  #onHead: OnHead | undefined;
  #encoder: Transform | undefined;
  #discarding = false;

  /** Sets the callback for complete headers. Call it once for each origin. */
  intercept(onHead: OnHead): void {
    this.#onHead = onHead;
    this.#discarding = false;
  }

  /** Whether the origin's response was not sent: nothing was, but for headers that are set. */
  get discarded(): boolean {
    return this.#discarding;
  }

  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    const given = typeof reason === "string" ? headers : reason;
    if (this.#onHead === undefined)
      return typeof reason === "string" ? super.writeHead(status, reason, given) : super.writeHead(status, given);
    const onHead = this.#onHead;
    this.#onHead = undefined;
    setAll(this, given);
    const encoder = onHead(this, status);
    if (encoder === "discard") {
      this.#discarding = true;
      return this;
    }
    if (encoder !== undefined) this.#encode(encoder);
    return typeof reason === "string" ? super.writeHead(status, reason) : super.writeHead(status);
  }

  override write(chunk: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): boolean {
    if (!this.headersSent && !this.#discarding) this.writeHead(this.statusCode);
    const done = typeof encoding === "function" ? encoding : callback;
    if (this.#discarding) {
      if (done !== undefined) process.nextTick(done);
      return true;
    }
    const name = typeof encoding === "string" ? encoding : "utf8";
    return this.#encoder === undefined ? super.write(chunk, name, done) : this.#encoder.write(chunk, name, done);
  }

  override end(chunk?: unknown, encoding?: BufferEncoding | Callback, callback?: Callback): this {
    if (typeof chunk === "function") return this.end(undefined, undefined, chunk as Callback);
    const done = typeof encoding === "function" ? encoding : callback;
    const name = typeof encoding === "string" ? encoding : "utf8";
    // As in Node: a body sent in one piece has a length, so it can be compressed and the connection kept alive.
    if (!this.headersSent && !this.#discarding) {
      if (this.#mayHaveBody() && !this.hasHeader("content-length") && !this.hasHeader("transfer-encoding"))
        this.setHeader("content-length", lengthOf(chunk, name));
      this.writeHead(this.statusCode);
    }
    if (this.#discarding) {
      if (done !== undefined) process.nextTick(done);
      return this;
    }
    if (this.#encoder === undefined) return super.end(chunk, name, done);
    if (done !== undefined) this.once("finish", done);
    if (chunk === undefined || chunk === null) this.#encoder.end();
    else this.#encoder.end(chunk, name);
    return this;
  }

  #mayHaveBody(): boolean {
    return this.req.method !== "HEAD" && this.statusCode >= 200 && this.statusCode !== 204 && this.statusCode !== 304;
  }

  #encode(encoder: Transform): void {
    this.#encoder = encoder;
    encoder.on("data", (bytes: Buffer) => {
      if (super.write(bytes)) return;
      encoder.pause();
      super.once("drain", () => encoder.resume());
    });
    encoder.on("drain", () => this.emit("drain"));
    encoder.once("end", () => super.end());
    encoder.once("error", (cause) => this.destroy(cause));
    this.once("close", () => encoder.destroy());
  }
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];
type Callback = (error?: Error | null) => void;

function setAll(response: ServerResponse, headers: Headers | undefined): void {
  if (headers === undefined) return;
  if (Array.isArray(headers)) {
    for (let i = 0; i + 1 < headers.length; i += 2) {
      const name = String(headers[i]);
      response.appendHeader(name, textOf(headers[i + 1]!));
    }
    return;
  }
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
}

function textOf(value: OutgoingHttpHeader): string | string[] {
  return typeof value === "number" ? String(value) : value;
}

function lengthOf(chunk: unknown, encoding: BufferEncoding): number {
  if (typeof chunk === "string") return Buffer.byteLength(chunk, encoding);
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}

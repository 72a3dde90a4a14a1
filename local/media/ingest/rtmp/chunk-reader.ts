import { RtmpError } from "./errors.ts";

/** One RTMP message, assembled from its chunks. */
export interface RtmpMessage {
  type: number;
  /** Milliseconds modulo 2^32. */
  timestamp: number;
  streamId: number;
  payload: Buffer;
}

interface ChunkStream {
  timestamp: number;
  /** The timestamp field of the latest header: absolute in a full header, a difference in others. */
  field: number;
  extended: boolean;
  length: number;
  type: number;
  streamId: number;
  payload: Buffer | undefined;
  received: number;
}

const headerLengths = [11, 7, 3, 0] as const;
const mostStreams = 16;
const largestChunk = 0xffffff;

/**
 * Assembles messages from interleaved chunks (Adobe RTMP 1.0, section 5.3), however the bytes are split. It holds at
 * most {@link mostStreams} messages of `largestMessage` bytes.
 */
export class ChunkReader {
  /** Largest accepted message, in bytes. */
  largestMessage: number;
  #chunkSize = 128;
  #header: Buffer = Buffer.alloc(0);
  #current: ChunkStream | undefined;
  /** Payload bytes of the current chunk still to come. */
  #missing = 0;
  readonly #streams = new Map<number, ChunkStream>();

  constructor(largestMessage: number) {
    this.largestMessage = largestMessage;
  }

  /**
   * Reads bytes and yields each message that they complete. The caller may change {@link largestMessage} between two.
   */
  *push(bytes: Buffer): Generator<RtmpMessage> {
    let rest = bytes;
    while (rest.length > 0 || (this.#current !== undefined && this.#missing === 0)) {
      if (this.#current === undefined) {
        const header: Buffer = this.#header.length === 0 ? rest : Buffer.concat([this.#header, rest]);
        const length = this.#beginChunk(header);
        if (length === undefined) {
          this.#header = header;
          return;
        }
        this.#header = Buffer.alloc(0);
        rest = header.subarray(length);
      }
      const stream = this.#current;
      if (stream?.payload === undefined) return;
      const taken = Math.min(this.#missing, rest.length);
      rest.copy(stream.payload, stream.received, 0, taken);
      stream.received += taken;
      this.#missing -= taken;
      rest = rest.subarray(taken);
      if (this.#missing > 0) return;
      this.#current = undefined;
      if (stream.received < stream.length) continue;
      const message = {
        type: stream.type,
        timestamp: stream.timestamp,
        streamId: stream.streamId,
        payload: stream.payload,
      };
      stream.payload = undefined;
      stream.received = 0;
      if (!this.#control(message)) yield message;
    }
  }

  /** Reads one chunk's header; its length, or undefined when more bytes are needed. */
  #beginChunk(bytes: Buffer): number | undefined {
    const format = (bytes[0]! >> 6) as 0 | 1 | 2 | 3;
    let id = bytes[0]! & 0x3f;
    let at = 1;
    if (id < 2) {
      at += id + 1;
      if (bytes.length < at) return undefined;
      id = 64 + bytes[1]! + (id === 1 ? bytes[2]! * 256 : 0);
    }
    const end = at + headerLengths[format];
    if (bytes.length < end) return undefined;
    const known = this.#streams.get(id);
    if (known === undefined && format === 3)
      throw new RtmpError("protocol", "a chunk continues a message that never started");
    if (known === undefined && this.#streams.size >= mostStreams)
      throw new RtmpError("limit", "too many chunk streams");
    const stream = known ?? {
      timestamp: 0,
      field: 0,
      extended: false,
      length: 0,
      type: 0,
      streamId: 0,
      payload: undefined,
      received: 0,
    };
    const continues = stream.payload !== undefined && continuesMessage(stream, format, bytes.subarray(at));
    // Otherwise the encoder has abandoned the message that it began: only that one is lost.

    const extended = format === 3 ? stream.extended : bytes.readUIntBE(at, 3) === 0xffffff;
    let field = format === 3 ? stream.field : bytes.readUIntBE(at, 3);
    let length = end;
    if (extended) {
      if (bytes.length < end + 4) return undefined;
      const value = bytes.readUInt32BE(end);
      // Some encoders repeat the extended timestamp in continuation chunks, as specified, others don't.
      if (!continues || format !== 3 || value === stream.field) {
        field = value;
        length += 4;
      }
    }
    if (!continues) {
      const messageLength = format < 2 ? bytes.readUIntBE(at + 3, 3) : stream.length;
      if (messageLength > this.largestMessage)
        throw new RtmpError("limit", `a message of ${messageLength} bytes is too large`);
      Object.assign(stream, {
        // A message without its own header reuses the field of the previous one, even from a full header (section
        // 5.3.1.2.4).
        timestamp: format === 0 ? field : (stream.timestamp + field) >>> 0,
        field,
        extended,
        length: messageLength,
        type: format < 2 ? bytes[at + 6]! : stream.type,
        streamId: format === 0 ? bytes.readUInt32LE(at + 7) : stream.streamId,
        payload: Buffer.allocUnsafe(messageLength),
        received: 0,
      } satisfies ChunkStream);
    }
    this.#streams.set(id, stream);
    this.#current = stream;
    this.#missing = Math.min(this.#chunkSize, stream.length - stream.received);
    return length;
  }

  /** Handles protocol control messages. */
  #control({ type, payload }: RtmpMessage): boolean {
    if (type === 1) {
      const size = payload.length < 4 ? 0 : payload.readUInt32BE(0) & 0x7fffffff;
      if (size < 1) throw new RtmpError("protocol", "the chunk size must be at least 1");
      this.#chunkSize = Math.min(size, largestChunk);
      return true;
    }
    if (type === 2) {
      const stream = payload.length < 4 ? undefined : this.#streams.get(payload.readUInt32BE(0));
      if (stream !== undefined && stream !== this.#current) Object.assign(stream, { payload: undefined, received: 0 });
      return true;
    }
    return false;
  }
}

/**
 * Whether a chunk goes on with the message that its chunk stream has begun. Some encoders repeat a header, without its
 * stream id, in the middle of a message; a full header, or one of another message, begins a new one.
 */
function continuesMessage({ length, type }: ChunkStream, format: 0 | 1 | 2 | 3, header: Buffer): boolean {
  if (format === 0) return false;
  return format !== 1 || (header.readUIntBE(3, 3) === length && header[6] === type);
}

import { readAmf3 } from "./amf3.ts";
import { ByteReader, UnreadableError } from "./byte-reader.ts";
import { RtmpError } from "./errors.ts";

/** A value of Action Message Format 0, as RTMP commands carry it. `undefined` is written as null. */
export type AmfValue = number | boolean | string | null | undefined | AmfValue[] | { [name: string]: AmfValue };

const deepest = 16;
const mostItems = 1000;

/**
 * Reads the values of a command message. Where one can't be read, what was read before it counts: an encoder's odd
 * extra must not cost its stream. Throws {@link RtmpError} only beyond a limit.
 * Source: Action Message Format, AMF 0 (Adobe, 2007).
 */
export function readAmf0(bytes: Buffer): AmfValue[] {
  const reader = new Amf0Reader(new ByteReader(bytes));
  const values: AmfValue[] = [];
  try {
    while (!reader.atEnd) values.push(reader.value(0));
  } catch (cause) {
    if (!(cause instanceof UnreadableError)) throw cause;
  }
  return values;
}

/** Writes the values of a command message. */
export function writeAmf0(...values: AmfValue[]): Buffer {
  return Buffer.concat(values.map(encode));
}

class Amf0Reader {
  readonly #bytes: ByteReader;

  constructor(bytes: ByteReader) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#bytes.atEnd;
  }

  value(depth: number): AmfValue {
    if (depth > deepest) throw new RtmpError("limit", "AMF values are nested too deeply");
    const type = this.#take(1).readUInt8(0);
    switch (type) {
      case 0x00:
        return this.#take(8).readDoubleBE(0);
      case 0x01:
        return this.#take(1).readUInt8(0) !== 0;
      case 0x02:
        return this.#text(this.#take(2).readUInt16BE(0));
      case 0x03:
        return this.#object(depth);
      case 0x05: // null
      case 0x06: // undefined
      case 0x0d: // unsupported
        return null;
      case 0x07: // a reference to an earlier object: nothing that an encoder says with it matters
        this.#take(2);
        return null;
      case 0x08: // an ECMA array's count is a hint only: it ends like an object
        this.#take(4);
        return this.#object(depth);
      case 0x0a:
        return this.#array(depth);
      case 0x0b: // date: milliseconds and a time zone that is always 0
        return this.#take(10).readDoubleBE(0);
      case 0x0c: // long text
      case 0x0f: // XML
        return this.#text(this.#take(4).readUInt32BE(0));
      case 0x10: // an object after the name of its class
        this.#text(this.#take(2).readUInt16BE(0));
        return this.#object(depth);
      case 0x11:
        return readAmf3(this.#bytes);
      default:
        return this.#bytes.unreadable(`AMF type ${type} is not part of an RTMP command`);
    }
  }

  /** The members up to the object's end, or to the first that can't be read. */
  #object(depth: number): { [name: string]: AmfValue } {
    const result: { [name: string]: AmfValue } = Object.create(null) as { [name: string]: AmfValue };
    try {
      for (let items = 0; ; items++) {
        if (items > mostItems) throw new RtmpError("limit", "an AMF object has too many members");
        const name = this.#text(this.#take(2).readUInt16BE(0));
        if (name === "" && this.#bytes.next === 0x09) {
          this.#take(1);
          return result;
        }
        result[name] = this.value(depth + 1);
      }
    } catch (cause) {
      if (!(cause instanceof UnreadableError)) throw cause;
      return result;
    }
  }

  #array(depth: number): AmfValue[] {
    const count = this.#take(4).readUInt32BE(0);
    if (count > mostItems) throw new RtmpError("limit", "an AMF array has too many items");
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  #text(length: number): string {
    return this.#take(length).toString("utf8");
  }

  #take(length: number): Buffer {
    return this.#bytes.take(length);
  }
}

function encode(value: AmfValue): Buffer {
  if (value === null || value === undefined) return Buffer.of(0x05);
  if (typeof value === "boolean") return Buffer.of(0x01, value ? 1 : 0);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    const head = Buffer.alloc(text.length > 0xffff ? 5 : 3);
    head[0] = text.length > 0xffff ? 0x0c : 0x02;
    head.writeUIntBE(text.length, 1, head.length - 1);
    return Buffer.concat([head, text]);
  }
  if (Array.isArray(value)) {
    const head = Buffer.alloc(5);
    head[0] = 0x0a;
    head.writeUInt32BE(value.length, 1);
    return Buffer.concat([head, ...value.map(encode)]);
  }
  const members = Object.entries(value).flatMap(([name, member]) => {
    const text = Buffer.from(name, "utf8");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(text.length);
    return [length, text, encode(member)];
  });
  return Buffer.concat([Buffer.of(0x03), ...members, Buffer.of(0, 0, 0x09)]);
}

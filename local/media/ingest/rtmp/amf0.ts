import { RtmpError } from "./errors.ts";

/** A value of Action Message Format 0, as RTMP commands carry it. `undefined` is written as null. */
export type AmfValue = number | boolean | string | null | undefined | AmfValue[] | { [name: string]: AmfValue };

const deepest = 16;
const mostItems = 1000;

/**
 * Reads all values of a command message.
 * Source: Action Message Format, AMF 0 (Adobe, 2007). Throws {@link RtmpError} on anything malformed.
 */
export function readAmf0(bytes: Buffer): AmfValue[] {
  const reader = new Reader(bytes);
  const values: AmfValue[] = [];
  while (!reader.atEnd) values.push(reader.value(0));
  return values;
}

/** Writes the values of a command message. */
export function writeAmf0(...values: AmfValue[]): Buffer {
  return Buffer.concat(values.map(encode));
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
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
      case 0x05:
      case 0x06:
        return null;
      case 0x08: // an ECMA array's count is a hint only: it ends like an object
        this.#take(4);
        return this.#object(depth);
      case 0x0a:
        return this.#array(depth);
      case 0x0b: // date: milliseconds and a time zone that is always 0
        return this.#take(10).readDoubleBE(0);
      case 0x0c:
        return this.#text(this.#take(4).readUInt32BE(0));
      default:
        throw new RtmpError("protocol", `AMF type ${type} is not part of an RTMP command`);
    }
  }

  #object(depth: number): { [name: string]: AmfValue } {
    const result: { [name: string]: AmfValue } = Object.create(null) as { [name: string]: AmfValue };
    for (let items = 0; ; items++) {
      if (items > mostItems) throw new RtmpError("limit", "an AMF object has too many members");
      const name = this.#text(this.#take(2).readUInt16BE(0));
      if (name === "" && this.#bytes[this.#at] === 0x09) {
        this.#at += 1;
        return result;
      }
      result[name] = this.value(depth + 1);
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
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RtmpError("protocol", "an AMF value is cut off");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
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

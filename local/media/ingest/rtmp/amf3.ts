import { RtmpError } from "./errors.ts";
import type { AmfValue } from "./amf0.ts";
import type { ByteReader } from "./byte-reader.ts";

/** The traits of a class: the names of its members, and whether others may follow. */
interface Traits {
  dynamic: boolean;
  names: readonly string[];
}

const mostItems = 1000;
const deepest = 16;

/**
 * Reads one value of Action Message Format 3, which some clients mix into AMF 0 (marker 0x11). Strings and objects may
 * refer to earlier ones of the same value. Source: Action Message Format, AMF 3 (Adobe, 2013).
 */
export function readAmf3(bytes: ByteReader): AmfValue {
  return new Amf3Reader(bytes).value(0);
}

class Amf3Reader {
  readonly #bytes: ByteReader;
  readonly #strings: string[] = [];
  readonly #objects: AmfValue[] = [];
  readonly #traits: Traits[] = [];

  constructor(bytes: ByteReader) {
    this.#bytes = bytes;
  }

  value(depth: number): AmfValue {
    if (depth > deepest) throw new RtmpError("limit", "AMF values are nested too deeply");
    const type = this.#bytes.take(1).readUInt8(0);
    switch (type) {
      case 0x00:
      case 0x01:
        return null;
      case 0x02:
        return false;
      case 0x03:
        return true;
      case 0x04: // 29 bits, signed
        return (this.#number() << 3) >> 3;
      case 0x05:
        return this.#double();
      case 0x06:
        return this.#string();
      case 0x07:
      case 0x0b: // XML
        return this.#object((length) => this.#text(length));
      case 0x08: // date
        return this.#object(() => this.#double());
      case 0x09:
        return this.#object((count) => this.#array(count, depth));
      case 0x0a:
        return this.#instance(depth);
      case 0x0c: // bytes: nothing that an encoder says with them matters
        return this.#object((length) => (this.#bytes.take(length), null));
      case 0x0d:
      case 0x0e: // vectors of 32-bit integers
        return this.#object((count) => (this.#bytes.take(1 + 4 * count), null));
      case 0x0f: // a vector of doubles
        return this.#object((count) => (this.#bytes.take(1 + 8 * count), null));
      case 0x10: // a vector of objects, after the name of their class
        return this.#object((count) => {
          this.#bytes.take(1);
          this.#string();
          return this.#values(count, depth);
        });
      case 0x11: // a dictionary
        return this.#object((count) => {
          this.#bytes.take(1);
          this.#values(2 * count, depth);
          return null;
        });
      default:
        return this.#bytes.unreadable(`AMF 3 type ${type} does not exist`);
    }
  }

  /** A number of 29 bits in one to four bytes. */
  #number(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) {
      const byte = this.#bytes.take(1).readUInt8(0);
      if (i === 3) return (value << 8) | byte;
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return value;
  }

  #double(): number {
    return this.#bytes.take(8).readDoubleBE(0);
  }

  #text(length: number): string {
    return this.#bytes.take(length).toString("utf8");
  }

  /** A string, or a reference to an earlier one. */
  #string(): string {
    const head = this.#number();
    if ((head & 1) === 0) return this.#strings[head >> 1] ?? "";
    const text = this.#text(head >> 1);
    if (text !== "") this.#strings.push(text);
    return text;
  }

  /** What follows the head of something that may be a reference to an earlier one. */
  #object(read: (size: number) => AmfValue): AmfValue {
    const head = this.#number();
    if ((head & 1) === 0) return this.#objects[head >> 1] ?? null;
    const at = this.#objects.push(null) - 1;
    return (this.#objects[at] = read(head >> 1));
  }

  /** An array: first its named members, then its items. */
  #array(count: number, depth: number): AmfValue {
    const named = this.#members(depth);
    const items = this.#values(count, depth);
    return Object.keys(named).length === 0 ? items : Object.assign(named, items);
  }

  #values(count: number, depth: number): AmfValue[] {
    if (count > mostItems) throw new RtmpError("limit", "an AMF array has too many items");
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  /** Names and values up to an empty name. */
  #members(depth: number): { [name: string]: AmfValue } {
    const result = Object.create(null) as { [name: string]: AmfValue };
    for (let items = 0; ; items++) {
      if (items > mostItems) throw new RtmpError("limit", "an AMF object has too many members");
      const name = this.#string();
      if (name === "") return result;
      result[name] = this.value(depth + 1);
    }
  }

  /** An object: its class's members, then others if the class allows them. */
  #instance(depth: number): AmfValue {
    const head = this.#number();
    if ((head & 1) === 0) return this.#objects[head >> 1] ?? null;
    const at = this.#objects.push(null) - 1;
    const { names, dynamic } = this.#traitsOf(head);
    const result = Object.create(null) as { [name: string]: AmfValue };
    this.#objects[at] = result;
    for (const name of names) result[name] = this.value(depth + 1);
    return dynamic ? Object.assign(result, this.#members(depth)) : result;
  }

  #traitsOf(head: number): Traits {
    if ((head & 2) === 0) return this.#traits[head >> 2] ?? { names: [], dynamic: false };
    if ((head & 4) !== 0) return this.#bytes.unreadable("an AMF 3 object is written in its class's own way");
    this.#string();
    const count = head >> 4;
    if (count > mostItems) throw new RtmpError("limit", "an AMF object has too many members");
    const traits = { dynamic: (head & 8) !== 0, names: Array.from({ length: count }, () => this.#string()) };
    this.#traits.push(traits);
    return traits;
  }
}

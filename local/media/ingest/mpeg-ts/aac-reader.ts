import type { MediaPacket } from "../publication.ts";
import type { PesPacket } from "./pes-reader.ts";
import { millisecondsOf, type ProgramClock } from "./program-clock.ts";

/** ISO/IEC 14496-3, table 1.18; indexes from 13 on are not sampling rates. */
const samplingRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const samplesPerFrame = 1024;
const ticksPerSecond = 90_000;
const shortHeader = 7;

/** One ADTS frame. */
interface AdtsFrame {
  /** With its header, in bytes. */
  size: number;
  header: number;
  samplingRate: number;
  configuration: Buffer;
}

/** Turns the sound of a transport stream, AAC with ADTS headers, into raw frames and their configurations. */
export class AacReader {
  readonly #clock: ProgramClock;
  #waiting: Buffer = Buffer.alloc(0);
  /** When the next frame is heard, in continuous ticks of 90 kHz. */
  #next: number | undefined;
  #configuration: Buffer | undefined;

  constructor(clock: ProgramClock) {
    this.#clock = clock;
  }

  *push({ pts, data }: PesPacket): Generator<MediaPacket> {
    // A packet's time is that of the first frame that begins in it.
    const begin = this.#waiting.length;
    let stamp = pts === undefined ? undefined : this.#clock.unwrap(pts);
    const bytes = begin === 0 ? data : Buffer.concat([this.#waiting, data]);
    let at = 0;
    while (at + shortHeader <= bytes.length) {
      const frame = readAdts(bytes, at);
      if (frame === undefined) {
        at += 1;
        continue;
      }
      if (at + frame.size > bytes.length) break;
      if (at >= begin && stamp !== undefined) {
        this.#next = stamp;
        stamp = undefined;
      }
      if (this.#next !== undefined) yield* this.#packets(frame, bytes.subarray(at + frame.header, at + frame.size));
      at += frame.size;
    }
    this.#waiting = bytes.subarray(at);
  }

  *#packets({ samplingRate, configuration }: AdtsFrame, data: Buffer): Generator<MediaPacket> {
    const now = this.#next ?? 0;
    this.#next = now + (samplesPerFrame * ticksPerSecond) / samplingRate;
    const packet = { track: "audio", keyframe: false, timestamp: millisecondsOf(now), compositionOffset: 0 } as const;
    if (this.#configuration?.equals(configuration) !== true) {
      this.#configuration = configuration;
      yield { ...packet, configuration: true, data: configuration };
    }
    yield { ...packet, configuration: false, data };
  }
}

/** The frame that begins here (ISO/IEC 14496-3, 1.A.2.2); the header of the next one must follow it, if it is there. */
function readAdts(bytes: Buffer, at: number): AdtsFrame | undefined {
  if (!isHeader(bytes, at)) return undefined;
  const profile = bytes[at + 2]! >> 6;
  const rateIndex = (bytes[at + 2]! >> 2) & 0x0f;
  const samplingRate = samplingRates[rateIndex];
  const channels = ((bytes[at + 2]! & 1) << 2) | (bytes[at + 3]! >> 6);
  const size = (bytes.readUIntBE(at + 3, 3) >> 5) & 0x1fff;
  const header = (bytes[at + 1]! & 1) === 1 ? shortHeader : shortHeader + 2;
  const isOneBlock = (bytes[at + 6]! & 0x03) === 0;
  if (samplingRate === undefined || size <= header || !isOneBlock) return undefined;
  if (at + size + 2 <= bytes.length && !isHeader(bytes, at + size)) return undefined;
  // An AudioSpecificConfig: object type, sampling rate, channels (ISO/IEC 14496-3, 1.6.2.1).
  const configuration = Buffer.alloc(2);
  configuration.writeUInt16BE(((profile + 1) << 11) | (rateIndex << 7) | (channels << 3));
  return { size, header, samplingRate, configuration };
}

function isHeader(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0xff && (bytes[at + 1]! & 0xf6) === 0xf0;
}

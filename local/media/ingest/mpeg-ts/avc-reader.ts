import { nalUnits } from "../../annex-b.ts";
import type { MediaPacket } from "../publication.ts";
import type { PesPacket } from "./pes-reader.ts";
import { millisecondsOf, ticksBetween, type ProgramClock } from "./program-clock.ts";

/** NAL unit types (ITU-T H.264, table 7-1). */
const unitTypes = { idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, filler: 12 } as const;
const recoveryPoint = 6;
/** A picture that is shown later after its decoding than this is damaged, in ticks of 90 kHz: 10 s. */
const mostComposition = 900_000;

/** Turns the pictures of a transport stream into packets, and their parameter sets into configurations. */
export class AvcReader {
  readonly #clock: ProgramClock;
  #sps: Buffer[] = [];
  #pps: Buffer[] = [];
  #configuration: Buffer | undefined;

  constructor(clock: ProgramClock) {
    this.#clock = clock;
  }

  /** The packets of a picture; none before the first parameter sets, or if it tells no time. */
  *push({ pts, dts, data }: PesPacket): Generator<MediaPacket> {
    if (pts === undefined || dts === undefined) return;
    const composition = ticksBetween(dts, pts);
    if (composition < 0 || composition > mostComposition) return;
    const units = nalUnits(data)
      .filter(({ from, to }) => to > from)
      .map(({ from, to }) => data.subarray(from, to));
    const ofType = (type: number): Buffer[] => units.filter((unit) => typeOf(unit) === type);
    const decoding = this.#clock.unwrap(dts);
    const timestamp = millisecondsOf(decoding);
    const changed = this.#configure(ofType(unitTypes.sps), ofType(unitTypes.pps));
    if (this.#configuration === undefined) return;
    const packet = { track: "video", keyframe: false, timestamp, compositionOffset: 0 } as const;
    if (changed) yield { ...packet, configuration: true, data: this.#configuration };
    const kept = units.filter((unit) => typeOf(unit) !== unitTypes.delimiter && typeOf(unit) !== unitTypes.filler);
    if (kept.length === 0) return;
    yield {
      ...packet,
      configuration: false,
      // An encoder that was running before it connected may never send an IDR picture.
      keyframe: ofType(unitTypes.idr).length > 0 || ofType(unitTypes.sei).some(hasRecoveryPoint),
      compositionOffset: millisecondsOf(decoding + composition) - timestamp,
      data: Buffer.concat(kept.flatMap((unit) => [lengthOf(unit, 4), unit])),
    };
  }

  /** Takes the parameter sets of a picture; whether they change the configuration. */
  #configure(sps: Buffer[], pps: Buffer[]): boolean {
    if (sps.length > 0) this.#sps = sps;
    if (pps.length > 0) this.#pps = pps;
    const first = this.#sps[0];
    if ((sps.length === 0 && pps.length === 0) || first === undefined || this.#pps.length === 0) return false;
    if (first.length < 4) return false;
    const configuration = decoderConfiguration(first, this.#sps, this.#pps);
    if (this.#configuration?.equals(configuration) === true) return false;
    this.#configuration = configuration;
    return true;
  }
}

/** An AVCDecoderConfigurationRecord for units after lengths of 4 bytes (ISO/IEC 14496-15, 5.3.3.1). */
function decoderConfiguration(first: Buffer, sps: Buffer[], pps: Buffer[]): Buffer {
  const withLengths = (units: Buffer[]): Buffer[] => units.flatMap((unit) => [lengthOf(unit, 2), unit]);
  return Buffer.concat([
    Buffer.of(1, first[1]!, first[2]!, first[3]!, 0xff, 0xe0 | (sps.length & 0x1f)),
    ...withLengths(sps),
    Buffer.of(pps.length & 0xff),
    ...withLengths(pps),
  ]);
}

function typeOf(unit: Buffer): number {
  return unit[0]! & 0x1f;
}

function lengthOf(unit: Buffer, bytes: 2 | 4): Buffer {
  const length = Buffer.alloc(bytes);
  length.writeUIntBE(unit.length, 0, bytes);
  return length;
}

/** Whether decoding can begin at the picture of this SEI unit (ITU-T H.264, 7.3.2.3.1 and D.2.8). */
function hasRecoveryPoint(unit: Buffer): boolean {
  let at = 1;
  /** A number in which each byte of 255 says that more follows. */
  const number = (): number => {
    let value = 0;
    while (unit[at] === 0xff) {
      value += 0xff;
      at += 1;
    }
    value += unit[at] ?? 0;
    at += 1;
    return value;
  };
  while (at + 2 < unit.length) {
    if (number() === recoveryPoint) return true;
    const size = number();
    at += size;
  }
  return false;
}

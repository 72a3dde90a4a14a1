import assert from "node:assert/strict";
import { AvcReader } from "../../../../../local/media/ingest/mpeg-ts/avc-reader.ts";
import { ProgramClock } from "../../../../../local/media/ingest/mpeg-ts/program-clock.ts";
import type { MediaPacket } from "../../../../../local/media/ingest/publication.ts";

const sps = Buffer.of(0x67, 0x64, 0, 0x1f, 0xac);
const pps = Buffer.of(0x68, 0xee, 0x3c);
const idr = Buffer.of(0x65, 0x88, 1);
const inter = Buffer.of(0x41, 0x9a, 2);
const delimiter = Buffer.of(9, 0xf0);
const filler = Buffer.of(12, 0xff, 0x80);

const annexB = (...units: Buffer[]): Buffer =>
  Buffer.concat(units.flatMap((unit, i) => [Buffer.from(i === 0 ? [0, 0, 0, 1] : [0, 0, 1]), unit]));
const withLengths = (...units: Buffer[]): Buffer =>
  Buffer.concat(units.flatMap((unit) => [Buffer.of(0, 0, 0, unit.length), unit]));

describe("the reader of H.264 in MPEG-TS", () => {
  let reader: AvcReader;
  const push = (units: Buffer[], dts = 9000, pts: number | undefined = dts): MediaPacket[] => [
    ...reader.push({ pts, dts, data: annexB(...units) }),
  ];

  beforeEach(() => (reader = new AvcReader(new ProgramClock())));

  it("makes a configuration of the parameter sets, and puts lengths before the units that decoders need", () => {
    const packet = { track: "video", keyframe: false, timestamp: 100, compositionOffset: 0 };
    assert.deepEqual(push([delimiter, sps, pps, idr, filler], 9000, 9000 + 3000), [
      {
        ...packet,
        configuration: true,
        data: Buffer.concat([
          Buffer.of(1, 0x64, 0, 0x1f, 0xff, 0xe1, 0, sps.length),
          sps,
          Buffer.of(1, 0, pps.length),
          pps,
        ]),
      },
      { ...packet, configuration: false, keyframe: true, compositionOffset: 33, data: withLengths(sps, pps, idr) },
    ]);
    assert.deepEqual(push([delimiter, inter], 12_000), [
      { ...packet, configuration: false, timestamp: 133, data: withLengths(inter) },
    ]);
  });

  it("yields nothing before the first parameter sets", () => {
    assert.deepEqual(push([idr]), []);
    assert.deepEqual(push([sps, idr]), []);
    assert.deepEqual(
      push([pps, idr]).map(({ configuration }) => configuration),
      [true, false],
    );
  });

  it("tells a configuration again only when it changes", () => {
    const configurations = (units: Buffer[]): number => push(units).filter((packet) => packet.configuration).length;
    assert.equal(configurations([sps, pps, idr]), 1);
    assert.equal(configurations([sps, pps, idr]), 0);
    assert.equal(configurations([sps, Buffer.of(0x68, 0xee, 0x3d), idr]), 1);
  });

  it("takes a recovery point for a keyframe, also behind other messages", () => {
    const timing = Buffer.of(6, 1, 3, 0xaa, 0xbb, 0xcc, 0x80);
    const recovery = Buffer.of(6, 1, 3, 0xaa, 0xbb, 0xcc, 6, 1, 0xc4, 0x80);
    push([sps, pps, idr]);
    assert.deepEqual(
      [push([timing, inter]), push([recovery, inter])].map(([packet]) => packet?.keyframe),
      [false, true],
    );
  });

  it("leaves out pictures without a time, or with one that can't be right", () => {
    push([sps, pps, idr]);
    assert.deepEqual(push([inter], 9000, 8999), []);
    assert.deepEqual(push([inter], 9000, 9000 + 900_001), []);
    assert.deepEqual([...reader.push({ pts: undefined, dts: undefined, data: annexB(inter) })], []);
  });
});

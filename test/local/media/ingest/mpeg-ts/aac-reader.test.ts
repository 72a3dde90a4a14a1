import assert from "node:assert/strict";
import { AacReader } from "../../../../../local/media/ingest/mpeg-ts/aac-reader.ts";
import { ProgramClock } from "../../../../../local/media/ingest/mpeg-ts/program-clock.ts";
import type { MediaPacket } from "../../../../../local/media/ingest/publication.ts";

/** An ADTS frame of AAC-LC in stereo; rate index 3 is 48000 Hz, 4 is 44100 Hz. */
function adts(payload: string, rateIndex = 3): Buffer {
  const data = Buffer.from(payload);
  const size = 7 + data.length;
  return Buffer.concat([
    Buffer.of(0xff, 0xf1, 0x40 | (rateIndex << 2), 0x80 | (size >> 11), (size >> 3) & 0xff, ((size & 7) << 5) | 0x1f),
    Buffer.of(0xfc),
    data,
  ]);
}

describe("the reader of AAC in MPEG-TS", () => {
  let reader: AacReader;
  const push = (data: Buffer, pts?: number): MediaPacket[] => [...reader.push({ pts, dts: pts, data })];
  const summary = (packets: MediaPacket[]): (string | number)[][] =>
    packets.map(({ configuration, timestamp, data }) => [timestamp, data.toString(configuration ? "hex" : "utf8")]);

  beforeEach(() => (reader = new AacReader(new ProgramClock())));

  it("takes the headers off and gives each frame its own time", () => {
    assert.deepEqual(summary(push(Buffer.concat([adts("one"), adts("two"), adts("three")]), 9000)), [
      [100, "1190"],
      [100, "one"],
      [121, "two"],
      [143, "three"],
    ]);
  });

  it("joins a frame over two packets; the second packet's time is that of the next frame", () => {
    const second = adts("second");
    push(Buffer.concat([adts("first"), second.subarray(0, 9)]), 9000);
    assert.deepEqual(summary(push(Buffer.concat([second.subarray(9), adts("third")]), 18_000)), [
      [121, "second"],
      [200, "third"],
    ]);
  });

  it("goes on where a packet tells no time, and yields nothing before the first time", () => {
    assert.deepEqual(push(adts("lost")), []);
    push(adts("first"), 9000);
    assert.deepEqual(summary(push(adts("second"))), [[121, "second"]]);
  });

  it("finds the next frame after damage", () => {
    push(Buffer.concat([adts("first"), adts("a frame that is never finished").subarray(0, 20)]), 9000);
    const later = push(Buffer.concat([adts("x".repeat(40)), adts("y")]), 18_000);
    assert.deepEqual(summary(later), [
      [200, "x".repeat(40)],
      [221, "y"],
    ]);
  });

  it("tells a new configuration when the sampling rate changes", () => {
    push(adts("48 kHz"), 9000);
    assert.deepEqual(summary(push(adts("44.1 kHz", 4), 18_000)), [
      [200, "1210"],
      [200, "44.1 kHz"],
    ]);
  });
});

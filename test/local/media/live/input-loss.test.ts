import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MediaPacket } from "../../../../local/media/ingest/publication.ts";
import type { LiveFeed } from "../../../../local/media/live/feed.ts";
import { assertLoud, assertWhole, encode, generate, type Encoded } from "./encode-stream.ts";
import type { Look } from "./look-at.ts";

describe("a live encoder without input", function () {
  this.timeout(60_000);
  let folder: string;
  let stream: MediaPacket[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "input-loss-"));
    stream = await generate(join(folder, "stream.flv"), { width: 320, height: 180, seconds: 6 });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const seconds = (packet: MediaPacket): number => (packet.timestamp - stream[0]!.timestamp) / 1000;
  /** Feeds packets at the times that they tell, later by `byMs`, and every tenth of a second what is missing. */
  const play = (feed: LiveFeed, clock: { ms: number }, packets: readonly MediaPacket[], byMs = 0): void => {
    const first = stream.find(({ keyframe }) => keyframe)!;
    for (const packet of packets) {
      idle(feed, clock, packet.timestamp - first.timestamp + byMs);
      feed.packet(packet);
    }
  };
  const idle = (feed: LiveFeed, clock: { ms: number }, untilMs: number): void => {
    for (; clock.ms < untilMs; clock.ms = Math.min(untilMs, clock.ms + 100)) feed.fill();
  };
  const darkness = ({ pictures }: Look): [from: number, to: number][] => {
    const ranges: [number, number][] = [];
    for (const { at, middle } of pictures) {
      const time = at - pictures[0]!.at;
      const last = ranges.at(-1);
      if (middle > 18) continue;
      if (last !== undefined && time - last[1] < 0.05) last[1] = time + 1 / 30;
      else ranges.push([time, time + 1 / 30]);
    }
    return ranges;
  };
  const assertDark = ({ recordings, live }: Encoded, expected: readonly (readonly [number, number])[]): void => {
    for (const ranges of [...recordings, ...live].map(darkness)) {
      assert.equal(ranges.length, expected.length, JSON.stringify(ranges));
      for (const [i, [from, to]] of expected.entries())
        assert.ok(Math.abs(ranges[i]![0] - from) < 0.1 && Math.abs(ranges[i]![1] - to) < 0.1, JSON.stringify(ranges));
    }
  };

  it("repeats the last picture for a second and then shows silent black until another publisher comes", async () => {
    const encoded = await encode(folder, async (feed, clock, drain) => {
      play(feed, clock, stream);
      // Long enough for the encoder to rest; the picture comes in the middle of a group.
      idle(feed, clock, 16_500);
      await drain();
      feed.connect();
      play(feed, clock, stream, 16_500);
      idle(feed, clock, 22_500);
    });
    assertWhole(encoded, 22.5);
    assertDark(encoded, [[7, 16.5]]);
    assertLoud(encoded, [
      [0, 6],
      [16.5, 22.5],
    ]);
    for (const { pictures } of [...encoded.recordings, ...encoded.live])
      for (let i = 0; i < 180; i++) assert.ok(Math.abs(pictures[i]!.middle - pictures[495 + i]!.middle) < 4);
  });

  it("fills a stall in real time, and is on time again when the publisher has sent what it kept", async () => {
    const encoded = await encode(folder, async (feed, clock, drain) => {
      play(
        feed,
        clock,
        stream.filter((packet) => seconds(packet) < 2),
      );
      idle(feed, clock, 10_000);
      // What it kept comes at once; from 10 s on it is on time.
      for (const packet of stream) if (seconds(packet) >= 2) feed.packet(packet);
      await drain();
      const again = stream.filter(({ configuration }) => !configuration);
      for (const packet of again) feed.packet({ ...packet, timestamp: packet.timestamp + 6000 });
      idle(feed, clock, 12_000);
    });
    assertWhole(encoded, 12);
    assertDark(encoded, [[3, 9.5]]);
    assertLoud(encoded, [
      [0, 2],
      [9.5, 12],
    ]);
  });
});

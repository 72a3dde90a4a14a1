import assert from "node:assert/strict";
import fc from "fast-check";
import { fitLadder } from "../../domain/ladder.ts";

const ladder = [
  { name: "720p", height: 720, bitrate: 2_500_000 },
  { name: "480p", height: 480, bitrate: 1_200_000 },
  { name: "360p", height: 360, bitrate: 700_000 },
];

describe("ladder", () => {
  it("passes its own top rung through and encodes the rest", () => {
    assert.deepEqual(fitLadder(ladder, { width: 1280, height: 720 }), [
      { name: "720p", width: 1280, height: 720, bitrate: 2_500_000, passthrough: true },
      { name: "480p", width: 854, height: 480, bitrate: 1_200_000, passthrough: false },
      { name: "360p", width: 640, height: 360, bitrate: 700_000, passthrough: false },
    ]);
  });

  it("of a source below all rungs is the source alone", () => {
    assert.deepEqual(fitLadder(ladder, { width: 360, height: 288, bitrate: 400_000 }), [
      { name: "288p", width: 360, height: 288, bitrate: 400_000, passthrough: true },
    ]);
  });

  it("encodes the source itself too where asked, at the bitrate of the nearest rung and in even pixels", () => {
    assert.deepEqual(fitLadder(ladder, { width: 1281, height: 719, bitrate: 9_000_000 }, { encodeAll: true }), [
      { name: "719p", width: 1282, height: 720, bitrate: 2_500_000, passthrough: false },
      { name: "480p", width: 856, height: 480, bitrate: 1_200_000, passthrough: false },
      { name: "360p", width: 642, height: 360, bitrate: 700_000, passthrough: false },
    ]);
  });

  it("leaves out a rung that is hardly smaller than the source", () => {
    assert.deepEqual(
      fitLadder(ladder, { width: 900, height: 500 }).map(({ name }) => name),
      ["500p", "360p"],
    );
  });

  it("measures an upright picture by its shorter side", () => {
    assert.deepEqual(
      fitLadder(ladder, { width: 720, height: 1280 }).map(({ name, width, height }) => [name, width, height]),
      [
        ["720p", 720, 1280],
        ["480p", 480, 854],
        ["360p", 360, 640],
      ],
    );
  });

  it("never goes above the source, keeps the aspect ratio, and is even, for any source and ladder", () => {
    const rungs = fc.array(
      fc.record({
        name: fc.stringMatching(/^[a-z0-9]{1,5}$/),
        height: fc.integer({ min: 2, max: 2160 }),
        bitrate: fc.nat(),
      }),
    );
    const sources = fc.record({
      width: fc.integer({ min: 16, max: 4096 }),
      height: fc.integer({ min: 16, max: 4096 }),
    });
    fc.assert(
      fc.property(rungs, sources, (any, source) => {
        const [top, ...lower] = fitLadder(any, source);
        assert.deepEqual([top?.width, top?.height, top?.passthrough], [source.width, source.height, true]);
        for (const rung of lower) {
          assert.ok(rung.width <= source.width + 1 && rung.height <= source.height + 1);
          assert.ok(rung.width % 2 === 0 && rung.height % 2 === 0 && !rung.passthrough);
          // Each side is rounded by at most one pixel.
          const scale = Math.min(rung.width, rung.height) / Math.min(source.width, source.height);
          const [long, sourceLong] = [Math.max(rung.width, rung.height), Math.max(source.width, source.height)];
          assert.ok(
            Math.abs(long - sourceLong * scale) <= 1 + sourceLong / Math.min(source.width, source.height),
            `${rung.width}x${rung.height}`,
          );
        }
        const names = [top, ...lower].map((rung) => rung?.name);
        assert.equal(new Set(names).size, names.length);
        assert.deepEqual(
          lower.map(({ height }) => height),
          lower.map(({ height }) => height).sort((a, b) => b - a),
        );
      }),
    );
  });
});

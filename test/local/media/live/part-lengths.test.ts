import assert from "node:assert/strict";
import fc from "fast-check";
import { partLengths } from "../../../../local/media/live/part-lengths.ts";

describe("the parts of a GOP", () => {
  it("are about a third of a second long, of whole pictures", () => {
    assert.deepEqual(
      [24, 25, 26, 29, 30, 60].map((rate) => partLengths(rate, rate)),
      [
        [8, 8, 8],
        [8, 9, 8],
        [9, 8, 9],
        [10, 9, 10],
        [10, 10, 10],
        [20, 20, 20],
      ],
    );
    assert.deepEqual(partLengths(60, 30), [10, 10, 10, 10, 10, 10]);
    assert.deepEqual(partLengths(10, 10), [5, 5]);
  });

  it("make up the GOP, and none is shorter than 85 % of the longest, at any frame rate", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 6 }), (frameRate, seconds) => {
        const lengths = partLengths(frameRate * seconds, frameRate);
        assert.equal(
          lengths.reduce((sum, length) => sum + length, 0),
          frameRate * seconds,
        );
        assert.ok(Math.min(...lengths) >= 0.85 * Math.max(...lengths), lengths.join());
      }),
    );
  });
});

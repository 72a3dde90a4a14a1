import assert from "node:assert/strict";
import fc from "fast-check";
import {
  bestOfOverlapping,
  coverage,
  moveAndScale,
  overlap,
  squareAround,
  type Box,
} from "../../../../local/vision/geometry/box.ts";

const side = fc.integer({ min: 1, max: 500 });
const box = fc
  .record({
    left: fc.integer({ min: -200, max: 500 }),
    top: fc.integer({ min: -200, max: 500 }),
    width: side,
    height: side,
  })
  .map(({ left, top, width, height }): Box => ({ left, top, right: left + width, bottom: top + height }));

describe("boxes", () => {
  it("overlap by the share of the area they have in common", () => {
    assert.equal(
      overlap({ left: 0, top: 0, right: 10, bottom: 10 }, { left: 5, top: 0, right: 15, bottom: 10 }),
      50 / 150,
    );
    assert.equal(overlap({ left: 0, top: 0, right: 10, bottom: 10 }, { left: 10, top: 0, right: 20, bottom: 10 }), 0);
  });

  it("overlap symmetrically, 1 with themselves, never outside of 0 to 1, unchanged by scaling", () => {
    fc.assert(
      fc.property(box, box, fc.integer({ min: 2, max: 8 }), (a, b, scale) => {
        assert.equal(overlap(a, b), overlap(b, a));
        assert.equal(overlap(a, a), 1);
        assert.ok(overlap(a, b) >= 0 && overlap(a, b) <= 1);
        assert.ok(
          Math.abs(overlap(moveAndScale(a, 7, -3, scale), moveAndScale(b, 7, -3, scale)) - overlap(a, b)) < 1e-12,
        );
      }),
    );
  });

  it("cover each other by the share of the smaller box", () => {
    const large = { left: 0, top: 0, right: 100, bottom: 100 };
    assert.equal(coverage(large, { left: 10, top: 10, right: 20, bottom: 20 }), 1);
    assert.equal(coverage({ left: 95, top: 0, right: 105, bottom: 10 }, large), 0.5);
    assert.equal(coverage(large, { left: 100, top: 0, right: 110, bottom: 10 }), 0);
  });

  it("keep the best of overlapping boxes and drop only those that overlap a better one", () => {
    const scored = fc.array(fc.record({ box, score: fc.integer({ min: 0, max: 1000 }) }), { maxLength: 30 });
    fc.assert(
      fc.property(scored, (candidates) => {
        const kept = bestOfOverlapping(candidates, 0.4);
        for (const [i, one] of kept.entries())
          for (const other of kept.slice(i + 1))
            assert.ok(one.score >= other.score && overlap(one.box, other.box) < 0.4);
        for (const candidate of candidates)
          assert.ok(
            kept.some(
              (one) => one.score >= candidate.score && (one === candidate || overlap(one.box, candidate.box) >= 0.4),
            ),
          );
      }),
    );
  });

  it("become squares with the same centre", () => {
    assert.deepEqual(squareAround({ left: 10, top: 20, right: 30, bottom: 60 }, 2), {
      left: -20,
      top: 0,
      right: 60,
      bottom: 80,
    });
  });
});

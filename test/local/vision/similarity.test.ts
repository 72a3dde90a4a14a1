import assert from "node:assert/strict";
import fc from "fast-check";
import { distance, similarity } from "../../../local/vision/similarity.ts";

describe("similarity of faces", () => {
  it("is 80 at distance 0.55, 93 at 0.5 and half at 0.606", () => {
    assert.equal(Math.round(similarity(0.55)), 80);
    assert.equal(Math.round(similarity(0.5)), 93);
    assert.equal(similarity(0.606), 50);
  });

  it("falls with the distance and stays between 0 and 100", () => {
    const far = fc.double({ min: 0, max: 1.2, noNaN: true });
    fc.assert(
      fc.property(far, far, (a, b) => {
        assert.ok(similarity(a) > 0 && similarity(a) < 100);
        if (a < b) assert.ok(similarity(a) >= similarity(b));
      }),
    );
  });

  it("measures distance as Euclid does", () => {
    assert.equal(distance(Float32Array.of(0, 3), Float32Array.of(4, 0)), 5);
  });
});

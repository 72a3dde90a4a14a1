import assert from "node:assert/strict";
import { mean, median, percentile } from "../../bench/statistics.ts";

describe("the benchmark's statistics", () => {
  it("use the nearest rank for a percentile", () => {
    const values = [5, 1, 4, 2, 3];
    assert.equal(percentile(values, 0.5), 3);
    assert.equal(percentile(values, 0.95), 5);
    assert.equal(percentile(values, 1), 5);
    assert.equal(percentile(values, 0), 1);
    assert.ok(Number.isNaN(percentile([], 0.5)));
  });

  it("use the middle value, or the mean of the two middle values, for a median", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.ok(Number.isNaN(median([])));
  });

  it("return NaN as the mean of no values", () => {
    assert.equal(mean([1, 2, 6]), 3);
    assert.ok(Number.isNaN(mean([])));
  });
});

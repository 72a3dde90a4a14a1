import assert from "node:assert/strict";
import { isStandby, mayBeNeeded } from "../../domain/standby.ts";

const recording = { startMs: 100_000, durationMs: 10_000 };

describe("recordings of a channel's second pipeline", () => {
  it("are told by their numbers", () => {
    assert.deepEqual([0, 499_999, 500_000, 500_012].map(isStandby), [false, false, true, true]);
  });

  it("are needed if the first pipeline has recorded nothing, or began later", () => {
    assert.equal(mayBeNeeded(recording, {}), true);
    assert.equal(mayBeNeeded(recording, { startMs: 130_000 }), true);
    assert.equal(mayBeNeeded(recording, { startMs: 102_001 }), true);
    assert.equal(mayBeNeeded(recording, { startMs: 102_000 }), false, "they began together");
    assert.equal(mayBeNeeded(recording, { startMs: 0 }), false);
  });

  it("are needed where the first pipeline had no input, and as long before as that may go unnoticed", () => {
    const needed = (fromMs: number, toMs?: number): boolean =>
      mayBeNeeded(recording, { startMs: 0, noInput: { fromMs, ...(toMs !== undefined && { toMs }) } });
    assert.deepEqual([needed(50_000), needed(105_000), needed(119_999), needed(120_000)], [true, true, true, false]);
    assert.deepEqual([needed(50_000, 100_001), needed(50_000, 100_000)], [true, false]);
  });
});

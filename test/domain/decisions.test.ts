import assert from "node:assert/strict";
import { decisionFor, type Decision } from "../../domain/decisions.ts";

const decided = (clip: string, startMs: number, endMs: number, decidedAtMs = 0): Decision => ({
  clip,
  startMs,
  endMs,
  verdict: "confirmed",
  decidedAtMs,
});
const clip = { id: "a", seen: { startMs: 1000, endMs: 3000 } };

describe("decisions", () => {
  it("apply to the clip that they were made for, whatever it has become", () => {
    const own = decided("a", 50_000, 60_000);
    assert.equal(decisionFor(clip, [decided("b", 1000, 3000), own]), own);
  });

  it("hold for a moment that is mostly the same", () => {
    const half = decided("b", 2000, 3000);
    assert.equal(decisionFor(clip, [half]), half);
    assert.equal(decisionFor(clip, [decided("b", 2001, 3000)]), undefined);
    assert.equal(decisionFor(clip, [decided("b", 3000, 5000)]), undefined);
    assert.equal(decisionFor(clip, []), undefined);
  });

  it("that share most count, then the latest", () => {
    const better = decided("b", 1000, 2900);
    const latest = decided("d", 1000, 2900, 9);
    assert.equal(decisionFor(clip, [decided("c", 1000, 2500, 10), better, latest]), latest);
  });
});

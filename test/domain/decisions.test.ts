import assert from "node:assert/strict";
import fc from "fast-check";
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

  it("about a mark's clip are about no other, and none about others hold for it", () => {
    const id = "main.20261122T180000._goal.20261122T181234567";
    const other = "main.20261122T180000._goal.20261122T181239000";
    assert.equal(decisionFor({ ...clip, id }, [decided("b", 1000, 3000), decided(other, 1000, 3000)]), undefined);
    assert.equal(decisionFor(clip, [decided(other, 1000, 3000)]), undefined);
    const own = decided(id, 1000, 3000);
    assert.equal(decisionFor({ ...clip, id }, [decided(other, 1000, 3000), own]), own);
  });

  it("that share most count, then the latest", () => {
    const better = decided("b", 1000, 2900);
    const latest = decided("d", 1000, 2900, 9);
    assert.equal(decisionFor(clip, [decided("c", 1000, 2500, 10), better, latest]), latest);
  });

  describe("when the recording is analysed again", () => {
    const rejected = (startMs: number, endMs: number): Decision => ({
      ...decided(`x${startMs}`, startMs, endMs),
      verdict: "rejected",
      subject: "grace",
    });
    const length = fc.integer({ min: 8, max: 600_000 });
    const again = (startMs: number, endMs: number) => ({ id: "again", seen: { startMs, endMs } });

    it("hold for a moment whose ends moved by up to a quarter", () => {
      const moved = fc.double({ min: -0.25, max: 0.25, noNaN: true });
      fc.assert(
        fc.property(length, moved, moved, (ms, start, end) => {
          const decision = rejected(1_000_000, 1_000_000 + ms);
          const seen = again(decision.startMs + Math.trunc(start * ms), decision.endMs + Math.trunc(end * ms));
          assert.equal(decisionFor(seen, [decision]), decision);
        }),
      );
    });

    it("hold for each part of a moment that fell apart", () => {
      fc.assert(
        fc.property(length, fc.nat(), fc.nat(), (ms, one, other) => {
          const decision = rejected(0, ms);
          const [startMs, endMs] = [one % ms, other % ms].sort((a, b) => a - b);
          fc.pre(startMs! < endMs!);
          assert.equal(decisionFor(again(startMs!, endMs!), [decision]), decision);
        }),
      );
    });

    it("hold for a moment that joins several, if they say the same", () => {
      fc.assert(
        fc.property(fc.array(length, { minLength: 2, maxLength: 6 }), (lengths) => {
          let endMs = 0;
          const decisions = lengths.map((ms) => rejected(endMs, (endMs += ms)));
          assert.ok(decisionFor(again(0, endMs), decisions)?.verdict === "rejected");
        }),
      );
      const mixed = [rejected(0, 1000), { ...rejected(1100, 2100), subject: "mary" }, decided("c", 2200, 3200)];
      assert.equal(decisionFor(again(0, 3200), mixed), undefined);
    });

    it("don't hold for a moment that is elsewhere, or mostly", () => {
      fc.assert(
        fc.property(length, fc.nat(1_000_000), length, (ms, later, other) => {
          const decision = rejected(0, ms);
          assert.equal(decisionFor(again(ms + later, ms + later + other), [decision]), undefined);
          assert.equal(decisionFor(again(0, 2 * ms + 1), [decision]), undefined);
        }),
      );
    });
  });
});

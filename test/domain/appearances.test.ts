import assert from "node:assert/strict";
import fc from "fast-check";
import { appearancesFrom, type Sample } from "../../domain/appearances.ts";

const recorded = { id: "main.20261122T180000.000012", durationMs: 10_000 };
const small = { left: 0, top: 0, width: 0.1, height: 0.1 };
const large = { left: 0.5, top: 0.5, width: 0.4, height: 0.4 };
const at = (atMs: number, similarity = 90, box = small, person = "ada"): Sample => ({ person, atMs, similarity, box });

describe("appearances", () => {
  it("last half a sampling interval beyond their first and last sample", () => {
    assert.deepEqual(appearancesFrom([at(2500), at(2000), at(3000)], recorded, 3000).get("ada"), [
      { recording: recorded.id, startMs: 1750, endMs: 3250, similarity: 90, box: small, bestMs: 2000 },
    ]);
  });

  it("stay within the recording", () => {
    const [only] = appearancesFrom([at(0), at(10_000), at(10_001), at(-1)], recorded, 60_000).get("ada") ?? [];
    assert.deepEqual([only?.startMs, only?.endMs], [0, 10_000]);
  });

  it("join over a gap of at most the given length", () => {
    const ranges = (gapMs: number): number[][] =>
      (appearancesFrom([at(1000), at(3000)], recorded, gapMs).get("ada") ?? []).map(({ startMs, endMs }) => [
        startMs,
        endMs,
      ]);
    assert.deepEqual(ranges(1500), [[750, 3250]]);
    assert.deepEqual(ranges(1499), [
      [750, 1250],
      [2750, 3250],
    ]);
  });

  it("have the highest similarity, and the face that is both like and large", () => {
    assert.deepEqual(
      appearancesFrom([at(1000, 99, small), at(1500, 85, large), at(2000, 80, large)], recorded, 3000).get("ada"),
      [{ recording: recorded.id, startMs: 750, endMs: 2250, similarity: 99, box: large, bestMs: 1500 }],
    );
  });

  it("of two people are independent", () => {
    const seen = appearancesFrom([at(1000), at(1200, 90, small, "grace")], recorded, 3000);
    assert.deepEqual(
      [...seen].map(([person, list]) => [person, list[0]?.startMs]),
      [
        ["ada", 750],
        ["grace", 950],
      ],
    );
  });

  it("cover every sample, never overlap, and are further apart than the gap", () => {
    const samples = fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 100 }))
        .map(([ms, similarity]) => at(ms, similarity)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 4000 }), (given, gapMs) => {
        const found = appearancesFrom(given, recorded, gapMs).get("ada") ?? [];
        for (const { atMs } of given) assert.ok(found.some(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs));
        for (const [index, next] of found.slice(1).entries()) assert.ok(next.startMs - found[index]!.endMs > gapMs);
        assert.equal(
          Math.max(...found.map(({ similarity }) => similarity)),
          Math.max(...given.map(({ similarity }) => similarity)),
        );
        assert.deepEqual(
          appearancesFrom([...given].reverse(), recorded, gapMs)
            .get("ada")
            ?.map(({ startMs }) => startMs),
          found.map(({ startMs }) => startMs),
        );
      }),
    );
  });
});

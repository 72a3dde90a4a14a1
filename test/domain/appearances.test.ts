import assert from "node:assert/strict";
import fc from "fast-check";
import { sightingsFrom, type Sample } from "../../domain/appearances.ts";
import type { Appearance } from "../../domain/model.ts";
import { person } from "./subjects.ts";

const recorded = { id: "main.20261122T180000.000012", durationMs: 10_000 };
const small = { left: 0, top: 0, width: 0.1, height: 0.1 };
const large = { left: 0.5, top: 0.5, width: 0.4, height: 0.4 };
const at = (atMs: number, similarity = 90, box = small, id = "ada"): Sample => ({
  subject: person(id),
  atMs,
  similarity,
  box,
});
const appearancesOf = (samples: Sample[], gapMs: number): Appearance[] =>
  sightingsFrom(samples, recorded, gapMs)[0]?.appearances ?? [];

describe("appearances", () => {
  it("last half a sampling interval beyond their first and last sample", () => {
    assert.deepEqual(appearancesOf([at(2500), at(2000), at(3000)], 3000), [
      { recording: recorded.id, startMs: 1750, endMs: 3250, similarity: 90, box: small, bestMs: 2000 },
    ]);
  });

  it("stay within the recording", () => {
    const [only] = appearancesOf([at(0), at(10_000), at(10_001), at(-1)], 60_000);
    assert.deepEqual([only?.startMs, only?.endMs], [0, 10_000]);
  });

  it("join over a gap of at most the given length", () => {
    const ranges = (gapMs: number): number[][] =>
      appearancesOf([at(1000), at(3000)], gapMs).map(({ startMs, endMs }) => [startMs, endMs]);
    assert.deepEqual(ranges(1500), [[750, 3250]]);
    assert.deepEqual(ranges(1499), [
      [750, 1250],
      [2750, 3250],
    ]);
  });

  it("have the highest similarity, and the face that is both like and large", () => {
    assert.deepEqual(appearancesOf([at(1000, 99, small), at(1500, 85, large), at(2000, 80, large)], 3000), [
      { recording: recorded.id, startMs: 750, endMs: 2250, similarity: 99, box: large, bestMs: 1500 },
    ]);
  });

  it("of two people are independent", () => {
    const seen = sightingsFrom([at(1000), at(1200, 90, small, "grace")], recorded, 3000);
    assert.deepEqual(
      seen.map(({ subject, appearances }) => [subject.id, appearances[0]?.startMs]),
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
        const found = appearancesOf(given, gapMs);
        for (const { atMs } of given) assert.ok(found.some(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs));
        for (const [index, next] of found.slice(1).entries()) assert.ok(next.startMs - found[index]!.endMs > gapMs);
        assert.equal(
          Math.max(...found.map(({ similarity }) => similarity)),
          Math.max(...given.map(({ similarity }) => similarity)),
        );
        assert.deepEqual(
          appearancesOf([...given].reverse(), gapMs).map(({ startMs }) => startMs),
          found.map(({ startMs }) => startMs),
        );
      }),
    );
  });
});

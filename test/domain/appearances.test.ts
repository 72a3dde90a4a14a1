import assert from "node:assert/strict";
import fc from "fast-check";
import { sightingsFrom, type AppearanceRules } from "../../domain/appearances.ts";
import type { Observation } from "../../domain/identity.ts";
import type { Appearance } from "../../domain/model.ts";
import { person } from "./subjects.ts";

const recorded = { id: "main.20261122T180000.000012", durationMs: 10_000 };
const small = { left: 0, top: 0, width: 0.1, height: 0.1 };
const large = { left: 0.5, top: 0.5, width: 0.4, height: 0.4 };
/** A face that resembles someone; `number` is the detector's, where it follows people. */
const at = (atMs: number, similarity = 90, box = small, id = "ada", number?: number): Observation => ({
  atMs,
  box,
  ...(number !== undefined && { person: number }),
  weight: 1,
  candidates: [{ subject: person(id), similarity }],
});
/** A stranger's face, or one that is turned away. */
const face = (atMs: number, number: number, weight = 1): Observation => ({
  atMs,
  box: small,
  person: number,
  weight,
  candidates: [],
});
const rules = (gapMs: number): AppearanceRules => ({ gapMs, similarityThreshold: 80 });
const appearancesOf = (observations: Observation[], gapMs: number, cutsMs?: number[]): Appearance[] =>
  sightingsFrom({ observations, cutsMs }, recorded, rules(gapMs))[0]?.appearances ?? [];
const ranges = (observations: Observation[], gapMs: number, cutsMs?: number[]): number[][] =>
  appearancesOf(observations, gapMs, cutsMs).map(({ startMs, endMs }) => [startMs, endMs]);

describe("appearances", () => {
  it("last half a sampling interval beyond their first and last sample", () => {
    assert.deepEqual(appearancesOf([at(2500), at(2000), at(3000)], 3000), [
      { recording: recorded.id, startMs: 1750, endMs: 3250, similarity: 90, box: small, bestMs: 2000 },
    ]);
  });

  it("are as exact as the samples around their ends are close", () => {
    assert.deepEqual(ranges([at(2080), at(2120), at(2500), at(3000), at(3240), at(3280)], 3000), [[2060, 3300]]);
  });

  it("stay within the recording", () => {
    const [only] = appearancesOf([at(0), at(10_000), at(10_001), at(-1)], 60_000);
    assert.deepEqual([only?.startMs, only?.endMs], [0, 10_000]);
  });

  it("join over a gap of at most the given length", () => {
    assert.deepEqual(ranges([at(1000), at(3000)], 1500), [[750, 3250]]);
    assert.deepEqual(ranges([at(1000), at(3000)], 1499), [
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
    const observations = [at(1000), at(1200, 90, small, "grace")];
    assert.deepEqual(
      sightingsFrom({ observations, cutsMs: undefined }, recorded, rules(3000)).map(({ subject, appearances }) => [
        subject.id,
        appearances[0]?.startMs,
      ]),
      [
        ["ada", 750],
        ["grace", 950],
      ],
    );
  });

  it("last while the face is followed, also while it is turned away", () => {
    const track = [face(1000, 0, 0.1), at(1500, 97, small, "ada", 0), face(2000, 0, 0.1), face(2500, 0, 0.1)];
    assert.deepEqual(ranges(track, 0), [[750, 2750]]);
  });

  it("omit a track with one chance match", () => {
    const stranger = [1000, 1500, 2000, 2500, 3000].map((ms) => face(ms, 0));
    assert.deepEqual(ranges([...stranger, at(3500, 84, small, "ada", 0)], 3000), []);
  });

  it("begin and end at the cuts around them", () => {
    const samples = [at(5400), at(5900), at(6400)];
    assert.deepEqual(appearancesOf(samples, 3000, [2000, 5000, 6700]), [
      {
        recording: recorded.id,
        startMs: 5000,
        endMs: 6700,
        similarity: 90,
        box: small,
        bestMs: 5400,
        shotStartMs: 5000,
        shotEndMs: 6700,
      },
    ]);
    assert.deepEqual(ranges(samples, 3000, [4500, 7500]), [[5150, 6650]]);
  });

  it("never cross a cut to someone else, and do cross one to a picture without faces", () => {
    const around = [at(1000), at(1500), at(3500), at(4000)];
    const cuts = [1900, 3300];
    assert.deepEqual(ranges([...around, face(2000, 7), face(2500, 7)], 3000, cuts), [
      [750, 1900],
      [3300, 4250],
    ]);
    assert.deepEqual(ranges(around, 3000, cuts), [[750, 4250]]);
    // Someone beside them in the same shot is no reason to cut.
    assert.deepEqual(ranges([...around, face(1000, 7), face(4000, 8)], 3000, cuts), [[750, 4250]]);
  });

  it("take no notice of a cut over which a face stays in its place, as with a flash", () => {
    const ada = (atMs: number): Observation => at(atMs, 95, small, "ada", 0);
    assert.deepEqual(ranges([ada(1000), ada(1500), ada(2000), ada(2500)], 0, [1700]), [[750, 2750]]);
    const [only] = appearancesOf([ada(1000), ada(1500), ada(2000), ada(2500)], 0, [1700]);
    assert.deepEqual([only?.shotStartMs, only?.shotEndMs], [0, 10_000]);
    const stranger = [2000, 2500, 3000].map((ms) => ({ ...face(ms, 0), box: large }));
    assert.deepEqual(ranges([ada(1000), ada(1500), ...stranger], 0, [1700]), [[750, 1700]]);
  });

  it("decide on the identity in each shot separately, whatever number the detector assigns", () => {
    const first = [at(500, 95, small, "ada", 0), at(1000, 95, small, "ada", 0)];
    const second = [2000, 2500, 3000, 3500, 4000, 4500].map((ms) => ({ ...face(ms, 0), box: large }));
    assert.deepEqual(ranges([...first, ...second], 3000, [1500]), [[250, 1250]]);
  });

  it("cover every sample, never overlap, and are further apart than the gap", () => {
    const samples = fc.array(
      fc
        .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 80, max: 100 }))
        .map(([ms, similarity]) => at(ms, similarity)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(samples, fc.integer({ min: 0, max: 4000 }), (given, gapMs) => {
        const found = appearancesOf(given, gapMs);
        for (const { atMs } of given) assert.ok(found.some(({ startMs, endMs }) => startMs <= atMs && atMs <= endMs));
        for (const [index, next] of found.slice(1).entries()) assert.ok(next.startMs - found[index]!.endMs >= gapMs);
        assert.equal(
          Math.max(...found.map(({ similarity }) => similarity)),
          Math.max(...given.map(({ candidates }) => candidates[0]!.similarity)),
        );
        assert.deepEqual(
          appearancesOf([...given].reverse(), gapMs).map(({ startMs }) => startMs),
          found.map(({ startMs }) => startMs),
        );
      }),
    );
  });

  it("stay within their shots", () => {
    const ms = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(fc.array(ms, { minLength: 1 }), fc.array(ms), (samples, cuts) => {
        for (const { startMs, endMs, shotStartMs = -1, shotEndMs = -1 } of appearancesOf(
          samples.map((atMs) => at(atMs)),
          1000,
          cuts,
        ))
          assert.ok(shotStartMs <= startMs && startMs <= endMs && endMs <= shotEndMs);
      }),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { identify, leastSimilarity, type Observation } from "../../domain/identity.ts";
import { person } from "./subjects.ts";

/** A frame of a track: whom the face resembles how much. */
const frame = (likeness: Record<string, number>, weight = 1): Observation => ({
  atMs: 0,
  box: { left: 0, top: 0, width: 0.1, height: 0.1 },
  weight,
  candidates: Object.entries(likeness).map(([id, similarity]) => ({ subject: person(id), similarity })),
});
const who = (frames: Observation[], threshold = 80): string | undefined => identify(frames, threshold)?.id;

describe("the identity of a track", () => {
  it("is the candidate that its frames resemble most", () => {
    assert.equal(who([frame({ ada: 85 })]), "ada");
    assert.equal(who([frame({ ada: 90, grace: 99 }), frame({ ada: 97 })]), "ada");
    assert.equal(who([frame({ ada: 90, grace: 82 }), frame({ grace: 99 }), frame({ grace: 99 })]), "grace");
  });

  it("needs a frame at the threshold", () => {
    assert.equal(who([frame({ ada: 79.9 }), frame({ ada: 79 })]), undefined);
    assert.equal(who([frame({ ada: 80 }), frame({ ada: 70 })]), "ada");
    assert.equal(who([]), undefined);
    assert.equal(who([frame({})]), undefined);
  });

  it("is nobody where two people are too close to call", () => {
    // The odds of 90 are 9, those of 95 are 19: more than twice as many. Those of 94 are 15.7.
    assert.equal(who([frame({ ada: 90, grace: 95 })]), "grace");
    assert.equal(who([frame({ ada: 90, grace: 94 })]), undefined);
    assert.equal(who([frame({ ada: 100, grace: 100 })]), undefined);
  });

  it("holds through frames in which the face is turned away, but not through clear frames of a stranger", () => {
    const turned = Array.from({ length: 12 }, () => frame({}, 0.1));
    assert.equal(who([frame({ ada: 95 }), ...turned]), "ada");
    const clear = Array.from({ length: 4 }, () => frame({}));
    assert.equal(who([frame({ ada: 85 }), ...clear]), undefined);
  });

  it("does not depend on the order of frames or candidates", () => {
    const likeness = fc.dictionary(
      fc.constantFrom("ada", "grace", "mary"),
      fc.double({ min: 0, max: 100, noNaN: true }),
    );
    const frames = fc.array(fc.tuple(likeness, fc.double({ min: 0.05, max: 1, noNaN: true })), { maxLength: 8 });
    fc.assert(
      fc.property(frames, (given) => {
        const track = given.map(([alike, weight]) => frame(alike, weight));
        const turned = track.toReversed().map((one) => ({ ...one, candidates: one.candidates.toReversed() }));
        assert.equal(who(turned), who(track));
      }),
    );
  });

  it("depends only on candidates with at least the similarity requested from detectors", () => {
    assert.ok(Math.abs(leastSimilarity(80) - 200 / 3) < 1e-9);
    assert.equal(leastSimilarity(0), 0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), (threshold) => {
        const least = leastSimilarity(threshold);
        assert.ok(least < threshold);
        assert.equal(who([frame({ ada: threshold, grace: Math.min(99, least + 0.5) })], threshold), undefined);
      }),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { clipFrame } from "../../domain/clip-frame.ts";
import type { ClipPiece } from "../../domain/model.ts";

const piece = (recording: string, startMs: number, endMs: number): ClipPiece => ({ recording, startMs, endMs });
const pieces = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 60_000 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((ranges) => ranges.map(([startMs, lengthMs], index) => piece(`r${index}`, startMs, startMs + lengthMs)));
const lengthOf = (of: readonly ClipPiece[]): number => of.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

describe("the captured frame of a position in a clip", () => {
  it("is the nearest one, in the recording that is played then", () => {
    const clip = [piece("a", 8500, 10_000), piece("b", 0, 10_000), piece("c", 0, 2500)];
    assert.deepEqual(clipFrame(clip, 1500), { recording: "b", atMs: 0 });
    assert.deepEqual(clipFrame(clip, 1500 + 4900), { recording: "b", atMs: 4000 });
    assert.deepEqual(clipFrame(clip, 1500 + 5100), { recording: "b", atMs: 6000 });
    assert.deepEqual(clipFrame(clip, 11_500), { recording: "c", atMs: 0 });
  });

  it("is none of before the clip or after it, which may be another shot, if there is one within it", () => {
    assert.deepEqual(clipFrame([piece("a", 2100, 7900)], 0), { recording: "a", atMs: 4000 });
    assert.deepEqual(clipFrame([piece("a", 2000, 8000)], 6000), { recording: "a", atMs: 6000 });
    assert.deepEqual(clipFrame([piece("a", 2100, 3900)], 900), { recording: "a", atMs: 3000 });
    assert.equal(clipFrame([], 0), undefined);
  });

  it("follows the position, through all of the clip", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: -1000, max: 400_000 }), (clip, positionMs) => {
        const found = clipFrame(clip, positionMs);
        const index = clip.findIndex(({ recording }) => recording === found?.recording);
        const played = clip[index];
        assert.ok(found !== undefined && played !== undefined);
        assert.ok(found.atMs >= played.startMs && found.atMs <= played.endMs);
        // What is shown at the position is no further away than the next frame, within the clip.
        const shownMs = Math.min(Math.max(0, positionMs), lengthOf(clip)) - lengthOf(clip.slice(0, index));
        assert.ok(shownMs >= 0 && shownMs <= played.endMs - played.startMs);
        assert.ok(Math.abs(played.startMs + shownMs - found.atMs) <= 2000);
      }),
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { CutFinder, thumbnail, type Thumbnail } from "../../../../local/vision/video/cuts.ts";

const { width, height } = thumbnail;
/** A picture whose luma is `at(x, y)`, without colour. */
const picture = (at: (x: number, y: number) => number): Thumbnail => ({
  luma: Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width))),
  blue: new Uint8Array((width * height) / 4).fill(128),
  red: new Uint8Array((width * height) / 4).fill(128),
});
/** The frames that begin a new shot. */
const cutsOf = (frames: Thumbnail[]): number[] => {
  const finder = new CutFinder();
  return frames.flatMap((frame, index) => (finder.isCut(frame) ? [index] : []));
};
const stripes = (shift: number) => picture((x) => 100 + 60 * Math.sin((x + shift) / 3));
const repeated = (count: number, frame: (index: number) => Thumbnail) =>
  Array.from({ length: count }, (_, i) => frame(i));

describe("cuts", () => {
  it("are where another picture begins", () => {
    const one = repeated(10, () => picture((x) => x * 3));
    const two = repeated(10, () => picture((_, y) => 200 - y * 4));
    assert.deepEqual(cutsOf([...one, ...two, ...one]), [10, 20]);
  });

  it("are found by colour alone", () => {
    const grey = picture(() => 120);
    const green = { ...grey, blue: grey.blue.map(() => 90), red: grey.red.map(() => 90) };
    assert.deepEqual(cutsOf([grey, grey, grey, green, green]), [3]);
  });

  it("are not in a pan, a fade or noise", () => {
    assert.deepEqual(cutsOf(repeated(30, stripes)), []);
    assert.deepEqual(cutsOf(repeated(60, (i) => picture((x) => Math.min(255, x + i * 3)))), []);
    const noise = (i: number) => picture((x, y) => 120 + ((x * 31 + y * 17 + i * 7) % 13));
    assert.deepEqual(cutsOf(repeated(30, noise)), []);
  });

  it("are found after a pan", () => {
    assert.deepEqual(cutsOf([...repeated(30, stripes), ...repeated(5, () => picture(() => 20))]), [30]);
  });

  it("never come with the first frame, or in a still picture", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 20 }), (luma, count) => {
        assert.deepEqual(cutsOf(repeated(count, () => picture(() => luma))), []);
      }),
    );
  });
});

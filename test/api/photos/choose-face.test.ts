import assert from "node:assert/strict";
import { checkFaces, smallestFacePx } from "../../../api/photos/choose-face.ts";
import { ApiProblem, type ProblemCode } from "../../../api/problems.ts";

const image = { width: 400, height: 200 };
/** A face of this many pixels in {@link image}. */
const face = (width: number, height: number) => ({
  Left: 0,
  Top: 0,
  Width: width / image.width,
  Height: height / image.height,
});

function refused(code: ProblemCode, detail: RegExp) {
  return (error: unknown) => error instanceof ApiProblem && error.code === code && detail.test(error.message);
}

describe("the face of a reference photo", () => {
  it("may be as small as the bound, on its smaller side", () => {
    checkFaces([face(smallestFacePx, 60)], image);
    assert.throws(
      () => checkFaces([face(smallestFacePx - 1, 60)], image),
      refused("face-too-small", /39 pixels.*at least 40/),
    );
    assert.throws(() => checkFaces([face(60, smallestFacePx - 1)], image), refused("face-too-small", /39 pixels/));
  });

  it("must be there", () => {
    assert.throws(() => checkFaces([], image), refused("no-face", /can be seen/));
  });

  it("must be the only one, but for people in the background", () => {
    checkFaces([face(20, 20), face(80, 80), face(39, 40)], image);
    assert.throws(
      () => checkFaces([face(40, 40), face(80, 80), face(10, 10)], image),
      refused("several-faces", /2 faces/),
    );
  });
});

import assert from "node:assert/strict";
import type { FaceDetail } from "@aws-sdk/client-rekognition";
import { chooseFace, smallestFacePx } from "../../../api/photos/choose-face.ts";
import { ApiProblem, type ProblemCode } from "../../../api/problems.ts";

const image = { width: 400, height: 200 };
/** A face of this many pixels in {@link image}. */
const face = (width: number, height: number, left = 0, Yaw?: number): FaceDetail => ({
  BoundingBox: { Left: left / image.width, Top: 0, Width: width / image.width, Height: height / image.height },
  ...(Yaw !== undefined && { Pose: { Yaw } }),
});

function refused(code: ProblemCode, detail: RegExp, faces?: number) {
  return (error: unknown) =>
    error instanceof ApiProblem &&
    error.code === code &&
    detail.test(error.message) &&
    error.members.faces?.length === faces;
}

describe("the face of a reference photo", () => {
  it("may be as small as the bound, on its smaller side", () => {
    assert.deepEqual(chooseFace([face(smallestFacePx, 60)], image), { left: 0, top: 0, width: 0.1, height: 0.3 });
    assert.throws(
      () => chooseFace([face(smallestFacePx - 1, 60)], image),
      refused("face-too-small", /39 pixels.*at least 40/),
    );
    assert.throws(() => chooseFace([face(60, smallestFacePx - 1)], image), refused("face-too-small", /39 pixels/));
  });

  it("must be there", () => {
    assert.throws(() => chooseFace([], image), refused("no-face", /can be seen/));
  });

  it("must be the only one, except for people in the background", () => {
    assert.equal(chooseFace([face(20, 20), face(80, 80), face(39, 40)], image).width, 0.2);
    assert.throws(
      () => chooseFace([face(40, 40), face(80, 80), face(10, 10)], image),
      refused("several-faces", /2 faces/, 2),
    );
  });

  it("can be chosen from several by its place", () => {
    const faces = [face(80, 80), face(60, 60, 200), face(10, 10, 300)];
    const at = (left: number, width = 0.01) => chooseFace(faces, image, { left, top: 0, width, height: 0.1 });
    assert.equal(at(0.55).left, 0.5);
    assert.equal(at(0.05).left, 0);
    assert.throws(() => at(0.9), refused("no-face", /`faces`/, 3));
    assert.throws(() => at(0.76), refused("face-too-small", /10 pixels/));
  });

  it("must not be turned away", () => {
    assert.equal(chooseFace([face(80, 80, 0, -45)], image).width, 0.2);
    assert.throws(() => chooseFace([face(80, 80, 0, -75)], image), refused("poor-photo", /turned too far/));
  });
});

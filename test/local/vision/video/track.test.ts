import assert from "node:assert/strict";
import type { FaceReport, FrameReport } from "../../../../local/vision/report.ts";
import { recognisers } from "../../../../local/vision/recognisers/index.ts";
import { trackPersons as track } from "../../../../local/vision/video/track.ts";

const trackPersons = (frames: readonly FrameReport[]): number[][] => track(frames, recognisers[0]!.curve);

/** Somebody's face: two people's embeddings are at right angles; `look` is the cosine to their usual one. */
function face(who: number, left: number, look = 1): FaceReport {
  const embedding = new Float32Array(128);
  embedding[who] = look;
  embedding[127] = Math.sqrt(1 - look ** 2);
  const point = { x: 0, y: 0 };
  return {
    box: { left, top: 0.2, width: 0.2, height: 0.3 },
    pixels: 100,
    confidence: 99,
    landmarks: { eyeLeft: point, eyeRight: point, nose: point, mouthLeft: point, mouthRight: point },
    roll: 0,
    yaw: 0,
    quality: { brightness: 50, sharpness: 50 },
    embedding,
  };
}

const frames = (...faces: FaceReport[][]): FrameReport[] =>
  faces.map((found, i) => ({ timeMs: i * 500, faces: found }));

describe("tracking persons through a video", () => {
  it("numbers people in the order of appearance, also when they swap places", () => {
    assert.deepEqual(trackPersons(frames([face(0, 0.1), face(1, 0.6)], [face(1, 0.1), face(0, 0.6)], [face(2, 0.1)])), [
      [0, 1],
      [1, 0],
      [2],
    ]);
  });

  it("recognises someone who returns after minutes", () => {
    const gap = Array.from({ length: 300 }, () => []);
    assert.deepEqual(
      trackPersons(frames([face(0, 0.1)], ...gap, [face(3, 0.1)], [face(0, 0.7)])).filter(({ length }) => length > 0),
      [[0], [1], [0]],
    );
  });

  it("keeps following someone who looks away in the same place, but not someone elsewhere", () => {
    assert.deepEqual(trackPersons(frames([face(0, 0.1)], [face(0, 0.11, 0.35)], [face(0, 0.1)])), [[0], [0], [0]]);
    assert.deepEqual(trackPersons(frames([face(0, 0.1)], [face(0, 0.7, 0.35)])), [[0], [1]]);
  });

  it("never gives two faces of one frame the same number", () => {
    assert.deepEqual(trackPersons(frames([face(0, 0.1)], [face(0, 0.1), face(0, 0.5)])), [[0], [0, 1]]);
  });
});

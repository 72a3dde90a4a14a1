import assert from "node:assert/strict";
import fc from "fast-check";
import { arcFaceChip, dlibChip } from "../../../../local/vision/geometry/face-chip.ts";
import { letterbox } from "../../../../local/vision/geometry/letterbox.ts";
import {
  apply,
  cropTransform,
  fitSimilarity,
  magnification,
  type Point,
} from "../../../../local/vision/geometry/transform.ts";

const coordinate = fc.integer({ min: -1000, max: 1000 });
const points = fc.uniqueArray(fc.record({ x: coordinate, y: coordinate }), {
  minLength: 2,
  maxLength: 20,
  selector: ({ x, y }) => `${x},${y}`,
});
const near = (actual: Point, expected: Point, tolerance = 1e-6): void =>
  assert.ok(
    Math.hypot(actual.x - expected.x, actual.y - expected.y) < tolerance,
    `${actual.x},${actual.y} is not ${expected.x},${expected.y}`,
  );

describe("similarity transforms", () => {
  it("are recovered from any points that were rotated, scaled and moved", () => {
    const angle = fc.integer({ min: 0, max: 359 }).map((degrees) => (degrees * Math.PI) / 180);
    fc.assert(
      fc.property(
        points,
        angle,
        fc.integer({ min: 1, max: 50 }),
        coordinate,
        coordinate,
        (from, turn, tenths, dx, dy) => {
          const scale = tenths / 10;
          const move = ({ x, y }: Point): Point => ({
            x: scale * (Math.cos(turn) * x - Math.sin(turn) * y) + dx,
            y: scale * (Math.sin(turn) * x + Math.cos(turn) * y) + dy,
          });
          const fitted = fitSimilarity(from, from.map(move));
          assert.ok(Math.abs(magnification(fitted) - scale) < 1e-9);
          for (const point of from) near(apply(fitted, point), move(point));
        },
      ),
    );
  });

  it("fit noisy points better than any slightly different transform", () => {
    const from = [
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 0, y: 10 },
      { x: 10, y: 10 },
    ];
    const to = [
      { x: 1, y: 2 },
      { x: 21, y: 1 },
      { x: 2, y: 22 },
      { x: 20, y: 23 },
    ];
    const error = (transform: ReturnType<typeof fitSimilarity>): number =>
      from.reduce(
        (sum, point, i) =>
          sum + (apply(transform, point).x - to[i]!.x) ** 2 + (apply(transform, point).y - to[i]!.y) ** 2,
        0,
      );
    const best = fitSimilarity(from, to);
    for (const change of [-0.01, 0.01]) {
      assert.ok(error({ ...best, a: best.a + change, e: best.e + change }) > error(best));
      assert.ok(error({ ...best, b: best.b - change, d: best.d + change }) > error(best));
      assert.ok(error({ ...best, c: best.c + change }) > error(best));
      assert.ok(error({ ...best, f: best.f + change }) > error(best));
    }
  });

  it("put a crop's outer pixels half a pixel inside the box", () => {
    const transform = cropTransform({ left: 100, top: 50, right: 300, bottom: 150 }, 20, 10);
    near(apply(transform, { x: 0, y: 0 }), { x: 104.5, y: 54.5 });
    near(apply(transform, { x: 19, y: 9 }), { x: 294.5, y: 144.5 });
  });
});

describe("letterboxes", () => {
  it("keep the proportions and fill the canvas in one direction", () => {
    fc.assert(
      fc.property(fc.integer({ min: 16, max: 8000 }), fc.integer({ min: 16, max: 8000 }), (width, height) => {
        const box = letterbox(width, height, 640, 384);
        assert.ok(box.width === 640 || box.height === 384);
        assert.ok(box.width <= 640 && box.height <= 384 && box.width >= 1 && box.height >= 1);
        const scale = Math.min(640 / width, 384 / height);
        assert.ok(Math.abs(box.width - width * scale) <= 1 && Math.abs(box.height - height * scale) <= 1);
      }),
    );
  });

  it("leave a 720p picture 24 black rows", () => {
    assert.deepEqual(letterbox(1280, 720, 640, 384), { canvasWidth: 640, canvasHeight: 384, width: 640, height: 360 });
  });
});

describe("face chips", () => {
  it("put ArcFace's five points where its networks were trained to see them, at any size", () => {
    const points = [
      ...[37, 38, 40, 41].map((i) => [i, 38.2946, 51.6963] as const),
      ...[43, 44, 46, 47].map((i) => [i, 73.5318, 51.5014] as const),
      [30, 56.0252, 71.7366] as const,
      ...[48, 60].map((i) => [i, 41.5493, 92.3655] as const),
      ...[54, 64].map((i) => [i, 70.7299, 92.2041] as const),
    ];
    const face = Array.from({ length: 68 }, (_, i): Point => {
      const [, x = 0, y = 0] = points.find(([landmark]) => landmark === i) ?? [];
      return { x, y };
    });
    near(apply(arcFaceChip(face, 112), { x: 10, y: 20 }), { x: 10, y: 20 }, 1e-9);
    near(apply(arcFaceChip(face, 224), { x: 20, y: 40 }), { x: 10, y: 20 }, 1e-9);
  });

  const landmarks = fc.array(fc.record({ x: fc.integer({ min: 0, max: 400 }), y: fc.integer({ min: 0, max: 400 }) }), {
    minLength: 68,
    maxLength: 68,
  });

  it("follow the head: the same face, rotated and moved, gives the same pixels", () => {
    fc.assert(
      fc.property(landmarks, fc.integer({ min: -90, max: 90 }), coordinate, (face, degrees, dx) => {
        const turn = (degrees * Math.PI) / 180;
        const move = ({ x, y }: Point): Point => ({
          x: 2 * (Math.cos(turn) * x - Math.sin(turn) * y) + dx,
          y: 2 * (Math.sin(turn) * x + Math.cos(turn) * y),
        });
        for (const align of [dlibChip, arcFaceChip]) {
          const chip = align(face, 150);
          const moved = align(face.map(move), 150);
          for (const pixel of [
            { x: 0, y: 0 },
            { x: 149, y: 30 },
            { x: 75, y: 149 },
          ])
            near(apply(moved, pixel), move(apply(chip, pixel)), 1e-5);
        }
      }),
    );
  });

  it("ignore jaw, brows and the outer lower lip", () => {
    fc.assert(
      fc.property(landmarks, (face) => {
        const talking = face.map((point, i) =>
          i < 27 || (i >= 55 && i <= 59) ? { x: point.x + 5, y: point.y + 9 } : point,
        );
        for (const align of [dlibChip, arcFaceChip]) assert.deepEqual(align(talking, 150), align(face, 150));
      }),
    );
  });
});

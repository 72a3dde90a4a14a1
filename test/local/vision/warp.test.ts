import assert from "node:assert/strict";
import fc from "fast-check";
import { cropTransform } from "../../../local/vision/geometry/transform.ts";
import { onCanvas, type Image } from "../../../local/vision/image.ts";
import { warp } from "../../../local/vision/warp.ts";

const plain = (width: number, height: number, red: number, green: number, blue: number): Image => ({
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => [red, green, blue][i % 3]!),
  width,
  height,
});

describe("warping a picture", () => {
  it("copies it exactly where nothing moves", () => {
    const image = { data: Uint8Array.from({ length: 5 * 4 * 3 }, (_, i) => i * 4), width: 5, height: 4 };
    const planes = warp(image, cropTransform({ left: 0, top: 0, right: 5, bottom: 4 }, 5, 4), 5, 4);
    for (let pixel = 0; pixel < 20; pixel++)
      for (let channel = 0; channel < 3; channel++)
        assert.equal(planes[channel * 20 + pixel], image.data[pixel * 3 + channel]);
  });

  it("keeps a plain colour at any scale", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 1, max: 60 }), (side, out) => {
        const planes = warp(
          plain(side, side, 10, 120, 250),
          cropTransform({ left: 0, top: 0, right: side, bottom: side }, out, out),
          out,
          out,
        );
        for (const [channel, value] of [10, 120, 250].entries()) {
          for (const pixel of planes.subarray(channel * out * out, (channel + 1) * out * out))
            assert.ok(Math.abs(pixel - value) < 1e-3);
        }
      }),
    );
  });

  it("averages the pixels that fall into one, also when it shrinks a lot", () => {
    const stripes = {
      data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 200),
      width: 64,
      height: 64,
    };
    for (const out of [32, 16]) {
      const planes = warp(stripes, cropTransform({ left: 0, top: 0, right: 64, bottom: 64 }, out, out), out, out);
      for (const value of planes) assert.ok(Math.abs(value - 100) < 1e-3);
    }
  });

  it("is black outside the picture", () => {
    const planes = warp(
      plain(10, 10, 255, 255, 255),
      cropTransform({ left: -10, top: 0, right: 10, bottom: 20 }, 20, 20),
      20,
      20,
    );
    const at = (x: number, y: number): number => planes[y * 20 + x]!;
    assert.equal(at(5, 5), 0);
    assert.equal(at(15, 5), 255);
    assert.equal(at(15, 15), 0);
  });
});

describe("a picture on a canvas", () => {
  it("is placed where requested, with black around it", () => {
    const canvas = onCanvas(plain(2, 1, 1, 2, 3), 4, 3, 1, 1);
    assert.deepEqual([...canvas.data.subarray(12, 24)], [0, 0, 0, 1, 2, 3, 1, 2, 3, 0, 0, 0]);
    assert.equal(
      canvas.data.reduce((sum, byte) => sum + byte, 0),
      12,
    );
  });
});

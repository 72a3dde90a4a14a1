import assert from "node:assert/strict";
import fc from "fast-check";
import { fitFrameRate, fitLadder } from "../../../../local/media/live/fit-ladder.ts";
import type { RenditionSettings } from "../../../../local/media/live/settings.ts";

const rung = (name: string, width: number, height: number, bitrate: number): RenditionSettings => ({
  name,
  width,
  height,
  bitrate,
  lookahead: 5,
  profile: "high",
});
const ladder = [rung("720p", 1280, 720, 2_500_000), rung("480p", 854, 480, 1_200_000), rung("360p", 640, 360, 700_000)];
const sizes = (width: number, height: number): string[] =>
  fitLadder(ladder, { width, height }).map(
    (fitted) => `${fitted.name} ${fitted.width}x${fitted.height} ${fitted.bitrate}`,
  );

describe("fitting a ladder to its source", () => {
  it("scales a larger source down to every rung", () => {
    assert.deepEqual(sizes(1920, 1080), ["720p 1280x720 2500000", "480p 854x480 1200000", "360p 640x360 700000"]);
  });

  it("keeps a source of the top rung's size as it is", () => {
    assert.deepEqual(sizes(1280, 720), ["720p 1280x720 2500000", "480p 854x480 1200000", "360p 640x360 700000"]);
  });

  it(
    "keeps the size of a smaller source in the top rung, at the rate of the rung that holds it, and leaves out " +
      "what is larger",
    () => {
      assert.deepEqual(sizes(1024, 576), ["720p 1024x576 2500000", "480p 854x480 1200000", "360p 640x360 700000"]);
      assert.deepEqual(sizes(640, 360), ["720p 640x360 700000"]);
      assert.deepEqual(sizes(400, 300), ["720p 400x300 700000"]);
    },
  );

  it("keeps the aspect ratio of a portrait or nearly square source, without bars", () => {
    assert.deepEqual(sizes(1080, 1920), ["720p 406x720 2500000", "480p 270x480 1200000", "360p 202x360 700000"]);
    assert.deepEqual(sizes(1440, 1080), ["720p 960x720 2500000", "480p 640x480 1200000", "360p 480x360 700000"]);
  });

  it("never enlarges, is never empty and always gives even sizes, for any source", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8000 }), fc.integer({ min: 2, max: 8000 }), (width, height) => {
        const fitted = fitLadder(ladder, { width, height });
        assert.ok(fitted.length >= 1);
        for (const each of fitted) {
          assert.equal((each.width % 2) + (each.height % 2), 0);
          assert.ok(each.width <= width + 1 && each.height <= height + 1);
        }
      }),
    );
  });
});

describe("fitting a frame rate", () => {
  it("finds the usual rate that a source means", () => {
    const rates = [30, 29.97, 59.94, 23.976, 25, 29.5, 144, 60.5]
      .map((claimed) => fitFrameRate(claimed))
      .map(({ num, den }) => `${num}/${den}`);
    assert.deepEqual(rates, ["30/1", "30000/1001", "60000/1001", "24000/1001", "25/1", "30/1", "60/1", "60/1"]);
  });

  it("uses 30 if a source claims an impossible rate", () => {
    for (const claimed of [0, -1, Number.NaN, Infinity, 90_000])
      assert.deepEqual(fitFrameRate(claimed), { num: 30, den: 1 });
  });
});

import assert from "node:assert/strict";
import { readClock, stampClock } from "../../../../local/media/publisher/clock-code.ts";

describe("the clock in the picture", () => {
  it("is read back, also from a picture of half the size", () => {
    const luma = new Uint8Array(1280 * 720).fill(128);
    stampClock(luma, 1280, 720, 1_795_349_515_694);
    assert.equal(readClock(luma, 1280), 1_795_349_515_694);
    const half = new Uint8Array(640 * 360).map((_, i) => luma[Math.floor(i / 640) * 2 * 1280 + (i % 640) * 2]!);
    assert.equal(readClock(half, 640), 1_795_349_515_694);
  });
});

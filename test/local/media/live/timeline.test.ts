import assert from "node:assert/strict";
import fc from "fast-check";
import { Timeline } from "../../../../local/media/live/timeline.ts";

describe("a publisher's timeline", () => {
  it("starts at 0 and keeps every interval, also across the 32-bit wrap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.array(fc.integer({ min: -500, max: 30_000 }), { maxLength: 50 }),
        (first, steps) => {
          const timeline = new Timeline();
          let input = first;
          let expected = 0;
          let nowMs = 0;
          assert.deepEqual(timeline.place("video", input, nowMs), { at: 0, jumped: false });
          for (const step of steps) {
            input = (input + step) >>> 0;
            expected += step;
            nowMs += Math.max(0, step - 5000);
            assert.deepEqual(timeline.place("video", input, nowMs), { at: expected, jumped: false });
          }
        },
      ),
    );
  });

  it("closes a jump of the publisher's clock, forwards or backwards, and continues from there", () => {
    const timeline = new Timeline();
    assert.deepEqual(
      [1000, 1040, 3_601_040, 3_601_080, 80, 120].map((timestamp) => timeline.place("video", timestamp, 0)),
      [
        { at: 0, jumped: false },
        { at: 40, jumped: false },
        { at: 73, jumped: true },
        { at: 113, jumped: false },
        { at: 146, jumped: true },
        { at: 186, jumped: false },
      ],
    );
  });

  it("keeps sound up to 30 s before or after its picture", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: -30_000, max: 30_000 }),
        (first, apart) => {
          const timeline = new Timeline();
          for (let i = 0; i < 20; i++) {
            assert.deepEqual(timeline.place("video", (first + 40 * i) >>> 0, 40 * i), { at: 40 * i, jumped: false });
            assert.deepEqual(timeline.place("audio", (first + apart + 40 * i) >>> 0, 40 * i), {
              at: apart + 40 * i,
              jumped: false,
            });
          }
        },
      ),
    );
  });

  it("closes a jump of both clocks once, and keeps them as far apart as they were", () => {
    for (const jump of [-100_000, -5_000, -1_500, 6_000, 31_000, 3_600_000])
      for (const apart of [-20_000, -1_100, 0, 1_100, 20_000]) {
        const timeline = new Timeline();
        timeline.place("video", 50_000, 0);
        timeline.place("audio", 50_000 + apart, 0);
        assert.deepEqual(timeline.place("video", (50_040 + jump) >>> 0, 40), { at: 40, jumped: true });
        assert.deepEqual(timeline.place("audio", (50_040 + apart + jump) >>> 0, 40), { at: apart + 40, jumped: false });
        assert.deepEqual(timeline.place("video", (50_080 + jump) >>> 0, 80), { at: 80, jumped: false });
      }
  });

  it("takes a track of quite another clock as it arrives", () => {
    const timeline = new Timeline();
    timeline.place("video", 1000, 0);
    timeline.place("video", 1040, 40);
    assert.deepEqual(timeline.place("audio", 5_000_000, 60), { at: 73, jumped: true });
    assert.deepEqual(timeline.place("audio", 5_000_023, 83), { at: 96, jumped: false });
    assert.deepEqual(timeline.place("video", 1080, 83), { at: 80, jumped: false });
  });

  it("takes a pause for as long as it was, whatever the publisher's clock says of it", () => {
    const timeline = new Timeline();
    timeline.place("video", 1000, 0);
    assert.deepEqual(timeline.place("video", 21_000, 20_000), { at: 20_000, jumped: false });
    assert.deepEqual(timeline.place("video", 5, 40_000), { at: 40_000, jumped: true });
    assert.deepEqual(timeline.place("video", 900_000, 40_040), { at: 40_040, jumped: true });
  });
});

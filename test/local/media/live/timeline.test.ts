import assert from "node:assert/strict";
import fc from "fast-check";
import { Timeline } from "../../../../local/media/live/timeline.ts";

describe("a publisher's timeline", () => {
  it("starts at 0 and keeps every interval, also across the 32-bit wrap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.array(fc.integer({ min: -500, max: 9_000 }), { maxLength: 50 }),
        (first, steps) => {
          const timeline = new Timeline();
          let input = first;
          let expected = 0;
          assert.deepEqual(timeline.place(input), { at: 0, jumped: false });
          for (const step of steps) {
            input = (input + step) >>> 0;
            expected += step;
            assert.deepEqual(timeline.place(input), { at: expected, jumped: false });
          }
        },
      ),
    );
  });

  it("closes a jump of the publisher's clock, forwards or backwards, and continues from there", () => {
    const timeline = new Timeline();
    assert.deepEqual(
      [1000, 1040, 3_601_040, 3_601_080, 80, 120].map((timestamp) => timeline.place(timestamp)),
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
});

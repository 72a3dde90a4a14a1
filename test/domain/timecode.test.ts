import assert from "node:assert/strict";
import fc from "fast-check";
import { frameTimecode, nearest, timeOfDay } from "../../domain/timecode.ts";

const dayMs = 24 * 60 * 60 * 1000;

describe("a timecode", () => {
  it("is a time of day", () => {
    assert.equal(timeOfDay("15:23:27:12", 30), 55_407_400);
    assert.equal(timeOfDay("00:00:00;00", 30_000 / 1001), 0);
    assert.equal(timeOfDay("23:59:59:59", 60), dayMs - 17);
  });

  it("must be one", () => {
    for (const text of ["", "24:00:00:00", "12:60:00:00", "12:00:60:00", "1:2:3:4", "12:00:00", "12:00:00:00 "])
      assert.equal(timeOfDay(text, 30), undefined, text);
    assert.equal(timeOfDay("12:00:00:00", 0), undefined);
  });

  it("means the nearest moment with that time of day", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: dayMs - 1 }), fc.integer({ min: dayMs, max: 2 ** 41 }), (time, toMs) => {
        const moment = nearest(time, toMs);
        assert.equal(moment % dayMs, time);
        assert.ok(Math.abs(moment - toMs) <= dayMs / 2);
      }),
    );
  });
});

describe("the timecode of a frame", () => {
  it("counts whole frames a second, not drop-frame", () => {
    assert.equal(frameTimecode(0, 30), "00:00:00:00");
    assert.equal(frameTimecode(3 * 25 + 7, 25), "00:00:03:07");
    assert.equal(frameTimecode(3661 * 60 + 59, 59.94), "01:01:01:59");
    assert.equal(frameTimecode(60, 29.97), "00:00:02:00");
  });
});

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

  it("begins where it is told", () => {
    const timeline = new Timeline(60_000);
    assert.deepEqual(timeline.place("video", 5, 1000), { at: 60_000, jumped: false });
    assert.deepEqual(timeline.place("audio", 15, 1010), { at: 60_010, jumped: false });
    assert.deepEqual(timeline.place("video", 45, 1040), { at: 60_040, jumped: false });
  });

  /** Where pictures land that are stamped and arrive at these times. */
  const land = (times: readonly (readonly [stamp: number, nowMs: number])[]): number[] => {
    const timeline = new Timeline();
    return times.map(([stamp, nowMs]) => timeline.place("video", stamp, nowMs).at);
  };

  it("leaves what a publisher sends at once after a stall in its place, so that it is on time again", () => {
    const kept = Array.from({ length: 100 }, (_, i) => [40 * i, 8000 + i] as const);
    const after = Array.from({ length: 100 }, (_, i) => [8200 + 40 * i, 8200 + 40 * i] as const);
    const times = [[0, 0] as const, ...kept, ...after];
    assert.deepEqual(
      land(times),
      times.map(([stamp]) => stamp),
    );
  });

  it("moves a publisher that stays late after a stall to where it arrives, with its sound", () => {
    const timeline = new Timeline();
    timeline.place("video", 0, 0);
    timeline.place("audio", 0, 0);
    const landed = Array.from({ length: 100 }, (_, i) => timeline.place("video", 40 * i, 8000 + 40 * i).at);
    assert.deepEqual(
      landed.slice(0, 50),
      Array.from({ length: 50 }, (_, i) => 40 * i),
    );
    assert.deepEqual(
      landed.slice(50),
      Array.from({ length: 50 }, (_, i) => 10_000 + 40 * i),
    );
    assert.deepEqual(timeline.place("audio", 4000, 12_000), { at: 12_000, jumped: false });
  });

  it("is on time again some seconds after a late publisher has caught up", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 20_000 }),
        fc.double({ min: 1.05, max: 3, noNaN: true }),
        (stall, speed) => {
          const timeline = new Timeline();
          timeline.place("video", 0, 0);
          let stamp = 0;
          let nowMs = stall;
          while (stamp < nowMs) {
            timeline.place("video", Math.round(stamp), nowMs);
            stamp += 40 * speed;
            nowMs += 40;
          }
          for (let i = 0; i < 150; i++) timeline.place("video", Math.round(nowMs + 40 * i), nowMs + 40 * i);
          nowMs += 6000;
          const { at } = timeline.place("video", Math.round(nowMs), nowMs);
          assert.ok(Math.abs(at - nowMs) <= 101, `it is ${at - nowMs} ms off`);
        },
      ),
    );
  });
});

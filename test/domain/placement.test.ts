import assert from "node:assert/strict";
import fc from "fast-check";
import type { Placement } from "../../domain/model.ts";
import { abuts, endOf, placeRecording, placementToleranceMs } from "../../domain/placement.ts";

const previous: Placement = { number: 4, startMs: 100_000, durationMs: 10_000 };
const next: Placement = { number: 6, startMs: 120_000, durationMs: 10_000 };

describe("placement", () => {
  it("is the archive event's time minus the duration when no neighbour is known", () => {
    assert.deepEqual(placeRecording({ number: 5, archivedAtMs: 121_234, durationMs: 10_000 }, {}), {
      number: 5,
      startMs: 111_234,
      durationMs: 10_000,
    });
  });

  it("snaps to a neighbour's edge, the previous one first", () => {
    const recording = { number: 5, archivedAtMs: 121_234, durationMs: 9_900 };
    assert.equal(placeRecording(recording, { previous, next }).startMs, 110_000);
    assert.equal(placeRecording(recording, { next }).startMs, 110_100);
  });

  it("does not snap across a real gap", () => {
    const recording = { number: 5, archivedAtMs: 120_000 + placementToleranceMs + 1, durationMs: 10_000 };
    assert.equal(placeRecording(recording, { previous }).startMs, 110_000 + placementToleranceMs + 1);
    assert.equal(abuts(previous, placeRecording(recording, { previous })), false);
  });

  it("overlaps no neighbour that is a little off, but does not follow one that is far off", () => {
    const late = { number: 4, startMs: 118_000, durationMs: 10_000 };
    const recording = { number: 5, archivedAtMs: 132_500, durationMs: 10_000 };
    assert.equal(placeRecording(recording, { previous: late }).startMs, 128_000);
    assert.equal(placeRecording({ ...recording, archivedAtMs: 127_000 }, { next }).startMs, 110_000);
    const wrong = { number: 4, startMs: 530_000, durationMs: 10_000 };
    assert.equal(placeRecording(recording, { previous: wrong }).startMs, 122_500);
    assert.equal(placeRecording({ ...recording, archivedAtMs: 560_000 }, { next }).startMs, 550_000);
  });

  it("is what its timecode tells, whatever its neighbours and however late its event", () => {
    const midnight = Date.UTC(2026, 10, 23);
    const recording = { number: 5, archivedAtMs: midnight + 5_000, durationMs: 10_000 };
    for (const [timeOfDayMs, startMs] of [
      [24 * 3_600_000 - 6_000, midnight - 6_000],
      [24 * 3_600_000 - 600_000, midnight - 600_000],
      [0, midnight],
    ] as const) {
      const placed = placeRecording({ ...recording, timeOfDayMs }, { previous, next });
      assert.deepEqual(placed, { number: 5, startMs, durationMs: 10_000, isExact: true });
    }
  });

  it("does not follow a timecode that says it began after it was archived", () => {
    const recording = { number: 5, archivedAtMs: 121_234, durationMs: 10_000, timeOfDayMs: 3_600_000 };
    assert.deepEqual(placeRecording(recording, {}), { number: 5, startMs: 111_234, durationMs: 10_000 });
  });

  it("of exact neighbours abuts only without a gap", () => {
    const exact = { ...previous, isExact: true };
    const at = (startMs: number): Placement => ({ number: 5, startMs, durationMs: 10_000, isExact: true });
    assert.deepEqual(
      [109_967, 110_000, 110_033, 111_000, 105_000].map((startMs) => abuts(exact, at(startMs))),
      [true, true, true, false, false],
    );
    assert.equal(abuts(previous, at(111_000)), true, "an estimate may be off");
  });

  it("builds a chain without gaps in any order of completion, however late the events arrive", () => {
    const cases = fc.record({
      lates: fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 2, maxLength: 12 }),
      order: fc.infiniteStream(fc.nat()),
    });
    fc.assert(
      fc.property(cases, ({ lates, order }) => {
        const waiting = lates.map((lateMs, number) => ({
          number,
          archivedAtMs: (number + 1) * 10_000 + lateMs,
          durationMs: 10_000,
        }));
        const placed = new Map<number, Placement>();
        while (waiting.length > 0) {
          const [recording] = waiting.splice(order.next().value % waiting.length, 1);
          const { number } = recording!;
          placed.set(
            number,
            placeRecording(recording!, { previous: placed.get(number - 1), next: placed.get(number + 1) }),
          );
        }
        for (let number = 1; number < lates.length; number++) {
          assert.ok(abuts(placed.get(number - 1)!, placed.get(number)!), `${number} does not abut`);
        }
        // And none is placed further from the truth than the latest event was.
        for (const { number, startMs } of placed.values())
          assert.ok(Math.abs(startMs - number * 10_000) <= Math.max(...lates));
      }),
    );
  });

  it("in order has no gap at all", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 2 }), (lates) => {
        let last: Placement | undefined;
        for (const [number, lateMs] of lates.entries()) {
          const placement = placeRecording(
            { number, archivedAtMs: (number + 1) * 10_000 + lateMs, durationMs: 10_000 },
            { previous: last },
          );
          if (last !== undefined) assert.equal(placement.startMs, endOf(last));
          last = placement;
        }
      }),
    );
  });
});

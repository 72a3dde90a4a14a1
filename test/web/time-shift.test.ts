import assert from "node:assert/strict";
import fc from "fast-check";
import { positionOf, shiftedAddress, timeAt, windowAt } from "../../web/src/features/player/time-shift.ts";
import { frameAt } from "../../web/src/features/tape/frames.ts";
import { scaleOf } from "../../web/src/features/tape/scale.ts";
import { matchTimeOf } from "../../web/src/shared/match-time.ts";
import { recording } from "./fixtures.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

describe("web: watching the past", () => {
  it("asks for windows that viewers of about the same time share, as MediaPackage wants them", () => {
    const window = windowAt(NOON + 299_999);
    assert.deepEqual(window, { startMs: NOON, endMs: NOON + 900_000 });
    assert.equal(
      shiftedAddress("/out/index.m3u8", window),
      `/out/index.m3u8?aws.manifestsettings=start%3A${NOON / 1000}%3Bend%3A${NOON / 1000 + 900}`,
    );
  });

  it("begins a window before any time, and ends it at least ten minutes later", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (timeMs) => {
        const { startMs, endMs } = windowAt(timeMs);
        assert.ok(startMs <= timeMs && endMs - timeMs >= 600_000);
      }),
    );
  });

  it("finds a time in the playlist, after a gap where the picture begins again, and nothing outside", () => {
    const pieces = [
      { start: 0, duration: 2, programDateTime: NOON },
      { start: 2, duration: 2, programDateTime: NOON + 2_000 },
      { start: 4, duration: 2, programDateTime: NOON + 60_000 },
    ];
    const positions = [-1, 0, 3_000, 30_000, 61_000, 62_000].map((ms) => positionOf(pieces, NOON + ms));
    assert.deepEqual(positions, [undefined, 0, 3, 4, 5, undefined]);
    assert.deepEqual(
      [0, 3, 5, 7].map((position) => timeAt(pieces, position)),
      [NOON, NOON + 3_000, NOON + 61_000, NOON + 63_000],
    );
    assert.equal(positionOf([{ start: 0, duration: 2, programDateTime: null }], NOON), undefined);
    assert.equal(timeAt([], 0), undefined);
  });

  it("leads from any place of the line to a time that was recorded, and back to the place", () => {
    const span = fc.record({ start: fc.integer({ min: 0, max: 1e7 }), length: fc.integer({ min: 1_000, max: 1e6 }) });
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (of, place) => {
          const spans = of.map(({ start, length }) => ({ start, end: start + length }));
          const { at, timeAt: timeOn, gaps } = scaleOf(spans);
          const time = timeOn(place);
          assert.ok(!gaps.some(({ start, end }) => time > start + 1 && time < end - 1), `${time} was not recorded`);
          const width = gaps.length === 0 ? 0 : 0.02;
          assert.ok(Math.abs(at(time) - place) <= width + 1e-9, `${place} → ${time} → ${at(time)}`);
        },
      ),
    );
  });

  it("has the captured picture nearest to a time, where there is one", () => {
    const of = recording(3, { start: new Date(NOON).toISOString() });
    const waiting = recording(4, { start: new Date(NOON + 10_000).toISOString(), frames: null });
    const frames = [-1, 0, 1_100, 9_900, 10_500].map((ms) => frameAt([of, waiting], NOON + ms));
    const path = (index: number) => `/vod/main/20261122T180000/000003/posters/poster.000000${index}.jpg`;
    assert.deepEqual(frames, [undefined, path(0), path(1), path(4), undefined]);
  });

  it("tells a moment by its match, and by the clock where its match isn't known", () => {
    const matchTime = matchTimeOf([NOON + 3_600_000, NOON]);
    const at = (ms: number) => new Date(NOON + ms).toISOString();
    assert.deepEqual(
      [0, 61_000, 3_599_500, 3_600_000, 9_000_000].map((ms) => matchTime(at(ms))),
      ["0:00", "1:01", "0:00", "0:00", "1:30:00"],
    );
    assert.match(matchTime(at(-60_000)), /^\d\d:59:00( [AP]M)?$/);
  });
});

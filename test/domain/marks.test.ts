import assert from "node:assert/strict";
import fc from "fast-check";
import { recordingId } from "../../domain/ids.ts";
import { markDefaults, markMoment, markRange, type Mark } from "../../domain/marks.ts";
import type { Placement } from "../../domain/model.ts";
import { endOf } from "../../domain/placement.ts";
import { firstStandbyNumber } from "../../domain/standby.ts";

const broadcast = "20261122T180000";
const startMs = Date.parse("2026-11-22T18:00:00.000Z");
const mark = (atMs: number, over: Partial<Mark> = {}): Mark => ({
  channel: "main",
  subject: "_goal",
  label: "Goal",
  atMs: startMs + atMs,
  ...markDefaults,
  ...over,
});
/** A recording of ten seconds, or of another length, so long after the broadcast's start. */
const recorded = (number: number, atMs = number * 10_000, durationMs = 10_000): Placement => ({
  number,
  startMs: startMs + atMs,
  durationMs,
});
const id = (number: number): string => recordingId({ channel: "main", broadcast, number });
const pieces = (of: Mark, timeline: Placement[]): unknown =>
  markMoment(of, broadcast, timeline)?.pieces.map((piece) => [piece.recording, piece.startMs, piece.endMs]);

describe("a mark's clip", () => {
  it("is exactly the marked range, with the moment's picture", () => {
    const moment = markMoment(
      mark(27_300),
      broadcast,
      [0, 1, 2, 3, 4].map((number) => recorded(number)),
    );
    assert.deepEqual(moment, {
      id: "main.20261122T180000._goal.20261122T180027300",
      channel: "main",
      broadcast,
      start: "2026-11-22T18:00:15.300Z",
      end: "2026-11-22T18:00:33.300Z",
      durationMs: 18_000,
      similarity: 100,
      poster: `/vod/main/${broadcast}/000002/posters/poster.0000004.jpg`,
      pieces: [
        { recording: id(1), startMs: 5300, endMs: 10_000 },
        { recording: id(2), startMs: 0, endMs: 10_000 },
        { recording: id(3), startMs: 0, endMs: 3300 },
      ],
      appearances: [
        [1, 5300, 10_000, 10_000],
        [2, 0, 10_000, 7300],
        [3, 0, 3300, 0],
      ].map(([number, from, to, bestMs]) => ({
        recording: id(number!),
        startMs: from,
        endMs: to,
        bestMs,
        similarity: 100,
        box: { left: 0, top: 0, width: 1, height: 1 },
      })),
      seen: { startMs: startMs + 15_300, endMs: startMs + 33_300 },
    });
  });

  it("has of its range what was recorded, and nothing while that is nothing", () => {
    assert.deepEqual(pieces(mark(4000), [recorded(0)]), [[id(0), 0, 10_000]]);
    assert.deepEqual(pieces(mark(13_000), [recorded(0)]), [[id(0), 1000, 10_000]]);
    assert.equal(markMoment(mark(13_000), broadcast, [recorded(0)])?.end, "2026-11-22T18:00:10.000Z");
    for (const timeline of [[], [recorded(3)], [recorded(0, 0, 2000)]])
      assert.equal(markMoment(mark(14_000), broadcast, timeline), undefined);
  });

  it("leaves out what lies between recordings, and takes the picture that is nearest to the mark", () => {
    const gap = [recorded(0), recorded(1, 14_000)];
    const moment = markMoment(mark(11_000), broadcast, gap);
    assert.deepEqual(pieces(mark(11_000), gap), [
      [id(0), 0, 10_000],
      [id(1), 0, 3000],
    ]);
    assert.deepEqual([moment?.durationMs, moment?.end], [13_000, "2026-11-22T18:00:17.000Z"]);
    assert.match(moment?.poster ?? "", /000000\/posters\/poster\.0000004\.jpg$/);
    assert.match(markMoment(mark(13_000), broadcast, gap)?.poster ?? "", /000001\/posters\/poster\.0000000\.jpg$/);
  });

  it("shows the pipeline that recorded more of it, the first if both did", () => {
    const [a, b] = [firstStandbyNumber, firstStandbyNumber + 1];
    const second = [recorded(a, 9_700), recorded(b, 19_700)];
    assert.deepEqual(pieces(mark(22_000), [recorded(1), recorded(2), ...second]), [
      [id(1), 0, 10_000],
      [id(2), 0, 8000],
    ]);
    assert.deepEqual(pieces(mark(22_000), [recorded(1), ...second]), [
      [id(a), 300, 10_000],
      [id(b), 0, 8300],
    ]);
    assert.deepEqual(pieces(mark(22_000), second), [
      [id(a), 300, 10_000],
      [id(b), 0, 8300],
    ]);
  });

  it("never shows anything twice, nor anything outside of the range, however recordings lie", () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 500, max: 15_000 }), fc.nat(4000)), { maxLength: 8 });
    const marks = fc.record({
      at: fc.nat(90_000),
      before: fc.integer({ min: 1000, max: 40_000 }),
      after: fc.nat(40_000),
    });
    fc.assert(
      fc.property(lengths, lengths, marks, (first, second, { at, before, after }) => {
        const one = mark(at, { beforeMs: before, afterMs: after });
        const { startMs: fromMs, endMs: toMs } = markRange(one);
        const [of0, of1] = [timelineOf(first, 0), timelineOf(second, firstStandbyNumber)];
        const covered = (timeline: Placement[]): number =>
          timeline.reduce(
            (sum, placement) =>
              sum + Math.max(0, Math.min(toMs, endOf(placement)) - Math.max(fromMs, placement.startMs)),
            0,
          );
        const timeline = [...of0, ...of1];
        const moment = markMoment(one, broadcast, timeline);
        assert.deepEqual(markMoment(one, broadcast, timeline.toReversed()), moment);
        const [shown0, shown1] = [covered(of0), covered(of1)];
        const isSecond = shown1 > shown0 + 1000;
        assert.equal(moment?.durationMs ?? 0, isSecond ? shown1 : shown0);
        if (moment === undefined) return;
        let last = fromMs;
        for (const piece of moment.pieces) {
          const placement = timeline.find(({ number }) => id(number) === piece.recording)!;
          assert.equal(placement.number >= firstStandbyNumber, isSecond);
          assert.ok(piece.startMs >= 0 && piece.startMs < piece.endMs && piece.endMs <= placement.durationMs);
          assert.ok(placement.startMs + piece.startMs >= last && placement.startMs + piece.endMs <= toMs);
          last = placement.startMs + piece.endMs;
        }
        assert.deepEqual([Date.parse(moment.start), Date.parse(moment.end)], [moment.seen.startMs, moment.seen.endMs]);
        assert.equal(moment.seen.endMs, last);
        for (const { startMs: from, endMs, bestMs } of moment.appearances) assert.ok(bestMs >= from && bestMs <= endMs);
      }),
    );
  });
});

/** Recordings of these lengths, each so long after the one before. */
function timelineOf(
  parts: readonly (readonly [durationMs: number, gapMs: number])[],
  firstNumber: number,
): Placement[] {
  let atMs = 0;
  return parts.map(([durationMs, gapMs], index) => {
    const placement = recorded(firstNumber + index, atMs + gapMs, durationMs);
    atMs += gapMs + durationMs;
    return placement;
  });
}

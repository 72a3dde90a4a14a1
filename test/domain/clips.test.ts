import assert from "node:assert/strict";
import fc from "fast-check";
import { clipsFrom, type ClipRules, type Moment } from "../../domain/clips.ts";
import { recordingId } from "../../domain/ids.ts";
import type { Appearance, Placement } from "../../domain/model.ts";

const of = { channel: "main", broadcast: "20261122T180000", subject: "ada" };
const rules: ClipRules = { paddingMs: 500, gapMs: 3000, minMs: 500 };
const timeline: Placement[] = [0, 1, 2, 3].map((number) => ({ number, startMs: number * 10_000, durationMs: 10_000 }));
const id = (number: number): string => recordingId({ ...of, number });
const seen = (number: number, startMs: number, endMs: number, similarity = 90, size = 0.1): Appearance => ({
  recording: id(number),
  startMs,
  endMs,
  similarity,
  box: { left: 0, top: 0, width: size, height: size },
  bestMs: startMs,
});
const clips = (
  appearances: Appearance[],
  over: { timeline?: Placement[]; rules?: Partial<ClipRules> } = {},
): Moment[] => clipsFrom({ ...of, timeline: over.timeline ?? timeline, appearances }, { ...rules, ...over.rules });
const spans = (moments: Moment[]): [number, number][] =>
  moments.map(({ start, end }) => [Date.parse(start), Date.parse(end)]);

describe("clips", () => {
  it("pad an appearance in and out", () => {
    assert.deepEqual(spans(clips([seen(1, 2000, 4000)])), [[11_500, 14_500]]);
  });

  it("join appearances that lie close, and no others", () => {
    assert.deepEqual(spans(clips([seen(0, 1000, 2000), seen(0, 5000, 5500), seen(0, 8501, 9001)])), [
      [500, 6000],
      [8001, 9501],
    ]);
  });

  it("continue across recordings, including those between", () => {
    const moments = clips([seen(0, 9000, 10_000), seen(1, 0, 10_000), seen(2, 0, 500)]);
    assert.equal(moments.length, 1);
    const only = moments[0]!;
    assert.equal(only.id, "main.20261122T180000.ada.000000-9000");
    assert.deepEqual(only.pieces, [
      { recording: id(0), startMs: 8500, endMs: 10_000 },
      { recording: id(1), startMs: 0, endMs: 10_000 },
      { recording: id(2), startMs: 0, endMs: 1000 },
    ]);
    assert.equal(only.durationMs, 12_500);
  });

  it("reach into the neighbours with their padding, where these abut", () => {
    const whole = seen(1, 0, 10_000);
    assert.deepEqual(spans(clips([whole])), [[9500, 20_500]]);
    assert.deepEqual(
      clips([whole])[0]?.pieces.map(({ recording }) => recording),
      [id(0), id(1), id(2)],
    );
    assert.deepEqual(spans(clips([whole], { timeline: [timeline[1]!] })), [[10_000, 20_000]]);
    const apart = [
      { number: 0, startMs: -11_000, durationMs: 10_000 },
      timeline[1]!,
      { number: 2, startMs: 31_000, durationMs: 10_000 },
    ];
    assert.deepEqual(spans(clips([whole], { timeline: apart })), [[10_000, 20_000]]);
  });

  it("never extend across a cut, neither by padding nor by joining", () => {
    const inShot = (number: number, from: number, to: number, shotStartMs: number, shotEndMs: number): Appearance => ({
      ...seen(number, from, to),
      shotStartMs,
      shotEndMs,
    });
    assert.deepEqual(spans(clips([inShot(1, 2000, 4000, 1800, 4000)])), [[11_800, 14_000]]);
    assert.deepEqual(spans(clips([inShot(1, 2000, 4000, 2000, 4000), inShot(1, 5000, 6000, 5000, 7000)])), [
      [12_000, 14_000],
      [15_000, 16_500],
    ]);
    // Apart in one shot: joined as ever.
    assert.deepEqual(spans(clips([inShot(1, 2000, 4000, 0, 10_000), inShot(1, 5000, 6000, 0, 10_000)])), [
      [11_500, 16_500],
    ]);
    // A shot that continues in the next recording is one moment; a cut before its end is the moment's.
    assert.deepEqual(spans(clips([inShot(0, 9000, 10_000, 8800, 10_000), inShot(1, 0, 2000, 0, 2000)])), [
      [8800, 12_000],
    ]);
    assert.deepEqual(spans(clips([inShot(0, 8000, 9000, 8000, 9000), inShot(1, 0, 2000, 0, 2000)])), [
      [8000, 9000],
      [10_000, 12_000],
    ]);
  });

  it("reach into a neighbour no further than its nearest cut", () => {
    const whole = { ...seen(1, 200, 9900), shotStartMs: 0, shotEndMs: 10_000 };
    const cut = [
      { ...timeline[0]!, firstCutMs: 3000, lastCutMs: 9800 },
      timeline[1]!,
      { ...timeline[2]!, firstCutMs: 300, lastCutMs: 300 },
    ];
    assert.deepEqual(spans(clips([whole], { timeline: cut })), [[9800, 20_300]]);
    assert.deepEqual(spans(clips([{ ...whole, shotEndMs: 9900 }], { timeline: cut })), [[9800, 19_900]]);
    // A cut that falls on the border itself: whoever is seen up to there and not beyond is not padded either.
    assert.deepEqual(spans(clips([{ ...whole, startMs: 0, endMs: 10_000 }], { timeline })), [[10_000, 20_000]]);
  });

  it("omit moments that are too short, and recordings without a placement", () => {
    assert.deepEqual(clips([seen(0, 1000, 1499)]), []);
    assert.equal(clips([seen(0, 1000, 1500)]).length, 1);
    assert.deepEqual(clips([seen(9, 1000, 4000)]), []);
    assert.deepEqual(clips([]), []);
  });

  it("follow each other when someone never leaves the picture", () => {
    const hour = Array.from({ length: 360 }, (_, number) => ({ number, startMs: number * 10_000, durationMs: 10_000 }));
    const moments = clips(
      hour.map(({ number }) => seen(number, 0, 10_000)),
      { timeline: hour },
    );
    assert.deepEqual(
      moments.map(({ seen: { startMs, endMs } }) => [startMs, endMs]),
      [0, 1, 2, 3, 4, 5].map((part) => [part * 600_000, (part + 1) * 600_000]),
    );
    assert.equal(moments.flatMap(({ appearances }) => appearances).length, 360);
  });

  it("take from a second pipeline what the first doesn't show, as moments of their own", () => {
    // The first loses its input at 14 s; the second's recordings begin 3 s later than the first's.
    const both = [
      ...timeline,
      ...[0, 1, 2].map((number) => ({ number: 500_000 + number, startMs: 3000 + number * 10_000, durationMs: 10_000 })),
    ];
    const appearances = [seen(0, 2000, 10_000), seen(1, 0, 4000), seen(500_000, 0, 10_000), seen(500_001, 0, 6000)];
    const moments = clips(appearances, { timeline: both });
    assert.deepEqual(
      moments.map(({ appearances: shown }) =>
        shown.map(({ recording, startMs, endMs }) => [recording, startMs, endMs]),
      ),
      [
        [
          [id(0), 2000, 10_000],
          [id(1), 0, 4000],
        ],
        [[id(500_001), 1000, 6000]],
      ],
    );
    assert.deepEqual(spans(moments), [
      [1500, 14_500],
      [13_500, 19_500],
    ]);
  });

  it("of a second pipeline are complete where the first shows nothing, around what it shows, or alone", () => {
    const both = [...timeline, { number: 500_000, startMs: 10_000, durationMs: 10_000 }];
    const shown = (...first: [number, number][]): number[][] =>
      clips([seen(500_000, 0, 10_000), ...first.map(([from, to]) => seen(1, from, to))], {
        timeline: both,
        rules: { gapMs: 0 },
      }).flatMap(({ appearances }) =>
        appearances.filter(({ recording }) => recording === id(500_000)).map(({ startMs, endMs }) => [startMs, endMs]),
      );
    assert.deepEqual(shown(), [[0, 10_000]]);
    assert.deepEqual(shown([3000, 6000]), [
      [0, 3000],
      [6000, 10_000],
    ]);
    assert.deepEqual(shown([0, 4000], [4500, 9001]), []);
  });

  it("show the frame nearest to the best face", () => {
    const clip = clips([seen(0, 3100, 4000, 99, 0.1), seen(1, 500, 2000, 85, 0.5)], { rules: { gapMs: 10_000 } })[0]!;
    assert.equal(clip.similarity, 99);
    assert.equal(clip.poster, "/vod/main/20261122T180000/000001/posters/poster.0000000.jpg");
    assert.equal(
      clips([seen(0, 3100, 4000)])[0]?.poster,
      "/vod/main/20261122T180000/000000/posters/poster.0000002.jpg",
    );
    // The capture of second 10 does not exist in a recording of 10 s.
    assert.equal(
      clips([seen(0, 9500, 10_000)])[0]?.poster,
      "/vod/main/20261122T180000/000000/posters/poster.0000004.jpg",
    );
  });

  it("hold every appearance once, stay within what was recorded, and don't depend on the order", () => {
    const appearances = fc
      .array(
        fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 10 })),
        { maxLength: 12 },
      )
      .map((list) =>
        list.map(([number, from, length]) => seen(number, from * 1000, Math.min(10_000, from * 1000 + length * 500))),
      );
    fc.assert(
      fc.property(
        appearances,
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: 0, max: 2000 }),
        (given, gapMs, paddingMs) => {
          const moments = clips(given, { rules: { gapMs, paddingMs } });
          assert.equal(moments.flatMap((moment) => moment.appearances).length, given.length);
          for (const { pieces, start, end, durationMs } of moments) {
            assert.equal(Date.parse(end) - Date.parse(start), durationMs);
            for (const piece of pieces)
              assert.ok(piece.startMs >= 0 && piece.endMs <= 10_000 && piece.startMs < piece.endMs);
          }
          for (const [index, next] of moments.slice(1).entries())
            assert.ok(next.seen.startMs - moments[index]!.seen.endMs > gapMs);
          assert.equal(new Set(moments.map((moment) => moment.id)).size, moments.length);
          assert.deepEqual(spans(clips([...given].reverse(), { rules: { gapMs, paddingMs } })), spans(moments));
        },
      ),
    );
  });
});

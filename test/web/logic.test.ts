import assert from "node:assert/strict";
import fc from "fast-check";
import { broadcastStart } from "../../web/src/shared/broadcast.ts";
import { addressOf, placeOf } from "../../web/src/shared/location.ts";
import { coveredCentre } from "../../web/src/shared/face.ts";
import { neighboursOf } from "../../web/src/features/moment/neighbours.ts";
import { firstPictureOf } from "../../web/src/features/live/first-picture.ts";
import { pollDelayMs, stageOf } from "../../web/src/features/live/stage.ts";
import { fitted } from "../../web/src/features/people/photo.ts";
import { lengthOf, placeAt, positionAt } from "../../web/src/features/player/ranges.ts";
import { lanesOf } from "../../web/src/features/tape/lanes.ts";
import { layTape } from "../../web/src/features/tape/layout.ts";
import { scaleOf } from "../../web/src/features/tape/scale.ts";
import type { Clip } from "../../web/src/api/types.ts";
import { ADA, KICK_OFF, SON, channel, clip, liveChannel, person, recording } from "./fixtures.ts";

const quiet = { unreachable: false, seenRun: null };

describe("web: the stage for a channel's state", () => {
  it("follows the channel's state", () => {
    assert.equal(stageOf(undefined, quiet), "loading");
    assert.equal(stageOf(undefined, { unreachable: true, seenRun: null }), "unreachable");
    assert.equal(stageOf(channel({ state: "idle" }), quiet), "off");
    assert.equal(stageOf(channel({ state: "starting" }), quiet), "starting");
    assert.equal(stageOf(channel({ state: "stopping", live: true }), quiet), "stopping");
    assert.equal(stageOf(channel({ state: "failed" }), quiet), "failed");
    assert.equal(stageOf(channel({ state: "running" }), quiet), "waiting");
    assert.equal(stageOf(liveChannel(), quiet), "live");
  });

  it("distinguishes a lost input from one that never arrived", () => {
    const lost = liveChannel({ live: false });
    assert.equal(stageOf(lost, { unreachable: false, seenRun: lost.startedAt }), "reconnecting");
    assert.equal(stageOf(lost, { unreachable: false, seenRun: null }), "waiting");
    // Of a run that is over, whose end the page didn't see.
    assert.equal(stageOf(lost, { unreachable: false, seenRun: "2026-11-22T17:00:00.000Z" }), "waiting");
  });

  it("keeps the stage when an answer is missing once", () => {
    assert.equal(stageOf(liveChannel(), { unreachable: true, seenRun: liveChannel().startedAt }), "live");
  });

  it("asks often while something is about to change, seldom while off air", () => {
    assert.equal(pollDelayMs([channel({ state: "starting" })]), 2000);
    assert.equal(pollDelayMs([channel({ state: "running" }), liveChannel()]), 2000);
    assert.equal(pollDelayMs([liveChannel()]), 4000);
    assert.equal(pollDelayMs([channel()]), 10_000);
  });
});

describe("web: a broadcast's first picture", () => {
  it("is the start of the run's first recording that shows something", () => {
    const recordings = [recording(4), recording(2), recording(1, { state: "idle" }), recording(3, { start: null })];
    assert.equal(firstPictureOf(recordings, liveChannel()), KICK_OFF + 20_000);
  });

  it("isn't known from recordings of the run before, of another channel, or of a channel that never ran", () => {
    const next = liveChannel({ startedAt: new Date(KICK_OFF + 60_000).toISOString() });
    assert.equal(firstPictureOf([recording(5)], next), undefined);
    assert.equal(firstPictureOf([recording(5), recording(6)], next), KICK_OFF + 60_000);
    assert.equal(firstPictureOf([recording(0)], liveChannel({ id: "second" })), undefined);
    assert.equal(firstPictureOf([recording(0)], channel()), undefined);
    assert.equal(firstPictureOf([recording(0)], undefined), undefined);
  });
});

describe("web: addresses", () => {
  it("say the place and are read back as it", () => {
    const id = fc.stringMatching(/^[a-z0-9][a-z0-9-.]{0,20}$/);
    fc.assert(
      fc.property(
        fc.array(id, { maxLength: 3 }),
        fc.option(id),
        fc.option(id),
        fc.option(id),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })),
        (...parts) => {
          const [people, channelId, broadcast, clipId, rejected, oldestFirst, plays, at] = parts;
          const place = {
            people,
            channel: channelId,
            broadcast,
            clip: clipId,
            ...(rejected && { review: "rejected" as const }),
            ...(oldestFirst && { order: "asc" as const }),
            ...(plays && { play: "all" as const }),
            ...(at !== null && { at: at.toISOString() }),
          };
          assert.deepEqual(placeOf(addressOf(place).slice(1)), place);
        },
      ),
    );
  });
});

describe("web: the start of a broadcast", () => {
  it("is what its name says, and NaN for what is no name", () => {
    assert.equal(broadcastStart("20261122T180000"), Date.parse("2026-11-22T18:00:00Z"));
    for (const text of ["", "2026", "2026-11-22", "20261122T180000Z", "20269999T999999", "20261122T1800000", "x\ny"])
      assert.ok(Number.isNaN(broadcastStart(text)), text);
  });
});

describe("web: where a face lands in a poster that covers its card", () => {
  const box = { left: 0.4, top: 0.1, width: 0.2, height: 0.2 };

  it("is the box's middle when both have the same shape", () => {
    const { x, y } = coveredCentre(box, 16 / 9, 16 / 9);
    assert.ok(Math.abs(x - 0.5) < 1e-9 && Math.abs(y - 0.2) < 1e-9);
  });

  it("moves away from the middle along the side that is cut off", () => {
    const tall = coveredCentre(box, 4 / 3, 16 / 9);
    assert.ok(Math.abs(tall.x - 0.5) < 1e-9 && Math.abs(tall.y - 0.1) < 1e-9);
    const wide = coveredCentre({ ...box, left: 0.6 }, 2 * (16 / 9), 16 / 9);
    assert.ok(Math.abs(wide.x - 0.9) < 1e-9 && Math.abs(wide.y - 0.2) < 1e-9);
  });
});

describe("web: the neighbours of a clip", () => {
  const list = [clip(SON, 40), clip(SON, 20), clip(SON, 0)];

  it("are those beside it in the list", () => {
    assert.deepEqual(neighboursOf(list[1], list), { newer: list[0]?.id, older: list[2]?.id });
    assert.deepEqual(neighboursOf(list[0], list), { newer: undefined, older: list[1]?.id });
    assert.deepEqual(neighboursOf(undefined, list), { newer: undefined, older: undefined });
  });

  it("are those before and after it in time when the list hasn't got it, because it was rejected", () => {
    const [newest, rejected, oldest] = list;
    assert.ok(newest !== undefined && oldest !== undefined);
    assert.deepEqual(neighboursOf(rejected, [newest, oldest]), { newer: newest.id, older: oldest.id });
    assert.deepEqual(neighboursOf(newest, [oldest]), { newer: undefined, older: oldest.id });
  });
});

describe("web: a photo's size", () => {
  it("never grows, keeps its shape and has no side over 1920 pixels", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12_000 }), fc.integer({ min: 1, max: 12_000 }), (width, height) => {
        const size = fitted(width, height);
        assert.ok(size.width <= Math.min(width, 1920) && size.height <= Math.min(height, 1920));
        assert.ok(Math.abs(size.width - (width * Math.max(size.width, size.height)) / Math.max(width, height)) <= 1);
      }),
    );
  });
});

describe("web: what a player plays of a playlist", () => {
  const ranges = [
    { inMs: 1_000, outMs: 3_000 },
    { inMs: 6_000, outMs: 7_500 },
  ];

  it("counts only the moments", () => {
    assert.equal(lengthOf(ranges), 3_500);
    assert.equal(positionAt(ranges, 0, 900), 0);
    assert.equal(positionAt(ranges, 0, 2_500), 1_500);
    assert.equal(positionAt(ranges, 1, 6_500), 2_500);
    assert.equal(positionAt(ranges, 1, 9_000), 3_500);
  });

  it("leads from a position to its place and back", () => {
    assert.deepEqual(placeAt(ranges, -5), { index: 0, mediaMs: 1_000 });
    assert.deepEqual(placeAt(ranges, 2_000), { index: 1, mediaMs: 6_000 });
    assert.deepEqual(placeAt(ranges, 4_000), { index: 1, mediaMs: 7_500 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3_500, noNaN: true }), (position) => {
        const { index, mediaMs } = placeAt(ranges, position);
        return Math.abs(positionAt(ranges, index, mediaMs) - position) < 1e-6;
      }),
    );
  });
});

describe("web: the tape", () => {
  it("puts recordings and clips where they are in the broadcast", () => {
    const tape = layTape([recording(0), recording(1)], [clip(SON, 5, { durationMs: 5000 })], KICK_OFF + 40_000);
    assert.ok(tape !== null);
    assert.deepEqual(
      tape.recordings.map(({ left, width }) => [left, width]),
      [
        [0, 0.25],
        [0.25, 0.25],
      ],
    );
    assert.deepEqual(
      tape.marks.map(({ left, width }) => [left, width]),
      [[0.125, 0.125]],
    );
  });

  it("gives time in which nothing was recorded next to no room, on air too", () => {
    const later = (seconds: number) => ({ start: new Date(KICK_OFF + seconds * 1000).toISOString() });
    const tape = layTape(
      [recording(0), recording(1, later(1450))],
      [clip(SON, 5, { durationMs: 5000 }), clip(SON, 1455, { durationMs: 2500 })],
      KICK_OFF + 1470_000,
    );
    assert.ok(tape !== null);
    const rounded = ({ left, width }: { left: number; width: number }) =>
      [left, width].map((part) => Number(part.toFixed(4)));
    assert.deepEqual(tape.recordings.map(rounded), [
      [0, 0.3267],
      [0.3467, 0.3267],
    ]);
    assert.deepEqual(tape.gaps.map(rounded), [[0.3267, 0.02]]);
    assert.deepEqual(tape.gaps[0]?.of, { start: KICK_OFF + 10_000, end: KICK_OFF + 1450_000 });
    assert.deepEqual(tape.marks.map(rounded), [
      [0.1633, 0.1633],
      [0.51, 0.0817],
    ]);
  });

  it("keeps times in order and on the line, whatever was recorded", () => {
    const span = fc.record({ start: fc.nat(10_000_000), length: fc.integer({ min: 1, max: 60_000 }) });
    fc.assert(
      fc.property(fc.array(span, { minLength: 1 }), fc.nat(10_100_000), fc.nat(10_100_000), (spans, one, other) => {
        const { at, gaps } = scaleOf(spans.map(({ start, length }) => ({ start, end: start + length })));
        const first = Math.min(...spans.map(({ start }) => start));
        const last = Math.max(...spans.map(({ start, length }) => start + length));
        assert.equal(at(first), 0);
        assert.ok(Math.abs(at(last) - 1) < 1e-6);
        assert.ok(at(Math.min(one, other)) <= at(Math.max(one, other)) + 1e-9);
        const waste = gaps.reduce((sum, { start, end }) => sum + at(end) - at(start), 0);
        assert.ok(waste < 0.2 + 1e-6);
      }),
    );
  });

  it("has a lane for each person, also without moments, one for events, and one for everyone else", () => {
    const mark = (of: Clip) => ({ of, left: 0, width: 0.1 });
    const goal = clip(SON, 30, { subject: { kind: "event", id: "goal", name: "Goal" } });
    const marks = [clip(SON, 0), clip(person("gone", "Gone"), 10), goal].map(mark);
    const { lanes, events, rest } = lanesOf(marks, [ADA, SON]);
    assert.deepEqual(
      lanes.map(({ id, marks: own }) => [id, own.length]),
      [
        [ADA.id, 0],
        [SON.id, 1],
      ],
    );
    assert.deepEqual(
      rest.map(({ of }) => of.subject.id),
      ["gone"],
    );
    assert.deepEqual(
      events.map(({ of }) => of.subject.id),
      ["goal"],
    );
    const crowd = Array.from({ length: 12 }, (_, index) => person(`p${index}`, `P${index}`));
    assert.equal(lanesOf([], crowd).lanes.length, 8);
  });

  it("puts a recording whose time isn't known yet after the one before it", () => {
    const tape = layTape([recording(1, { start: null, durationMs: null }), recording(0)], [], null);
    assert.deepEqual(
      tape?.recordings.map(({ of, left, width }) => [of.id, left, width]),
      [
        ["main.20261122T180000.000000", 0, 0.5],
        ["main.20261122T180000.000001", 0.5, 0.5],
      ],
    );
  });

  it("is nothing before a recording's time is known", () => {
    assert.equal(layTape([], [], KICK_OFF), null);
    assert.equal(layTape([recording(0, { start: null, durationMs: null })], [], KICK_OFF), null);
  });
});

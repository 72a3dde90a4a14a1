import assert from "node:assert/strict";
import fc from "fast-check";
import { PictureTrack } from "../../../../local/media/live/picture-track.ts";

/** A track of 30 frames/s and what it shows: the times of the pictures in milliseconds, or black. */
function createTrack(): { track: PictureTrack<number>; shown: (number | "black")[]; freed: number[] } {
  const shown: (number | "black")[] = [];
  const freed: number[] = [];
  const track = new PictureTrack<number>(30, {
    show(picture, number) {
      assert.equal(number, shown.length);
      shown.push(picture ?? "black");
    },
    free: (picture) => void freed.push(picture),
  });
  return { track, shown, freed };
}

const add = (track: PictureTrack<number>, atMs: number, durationMs = 33): void =>
  track.add({ atMs, durationMs }, () => atMs);

describe("a track of pictures", () => {
  it("shows each picture once at its rate, whatever its time's phase and jitter", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 2, maxLength: 60 }),
        (phase, jitters) => {
          const { track, shown } = createTrack();
          const times = jitters.map((jitter, i) => phase + Math.round((i * 1000) / 30) + (i === 0 ? 0 : jitter));
          for (const at of times) add(track, at);
          assert.deepEqual(
            shown.filter((at, i) => at !== shown[i - 1]),
            times,
          );
          assert.ok(Math.abs(shown.length - times.length - (phase * 30) / 1000) <= 1);
        },
      ),
    );
  });

  it("repeats the last picture for a second, and shows black until the next one", () => {
    const { track, shown } = createTrack();
    add(track, 0);
    for (let until = 100; until <= 3000; until += 100) track.lose(until);
    add(track, 3000);
    assert.equal(shown.length, 91);
    assert.deepEqual(
      shown.map((picture) => (picture === "black" ? 1 : 0)),
      shown.map((_, i) => (i > 30 && i < 90 ? 1 : 0)),
    );
    assert.deepEqual([shown[30], shown[90]], [0, 3000]);
  });

  it("drops a picture that comes after its time without making it", () => {
    const { track, shown, freed } = createTrack();
    add(track, 0);
    track.lose(1000);
    track.add({ atMs: 500, durationMs: 33 }, () => assert.fail("a late picture is made"));
    add(track, 1000);
    track.finish();
    assert.equal(shown.length, 31);
    assert.equal(shown[30], 1000);
    assert.deepEqual(freed, [0, 1000]);
  });

  it("takes every second picture of twice the rate, and shows those of half the rate twice, to the end", () => {
    const fast = createTrack();
    for (let i = 0; i < 60; i++) add(fast.track, (i * 1000) / 60, 1000 / 60);
    fast.track.finish();
    assert.ok(fast.shown.every((at, i) => Math.abs(Number(at) - (i * 1000) / 30) < 25));
    assert.ok(Math.abs(fast.shown.length - 30) <= 1);
    const slow = createTrack();
    for (let i = 0; i < 15; i++) add(slow.track, (i * 1000) / 15, 1000 / 15);
    slow.track.finish();
    assert.equal(slow.shown.length, 30);
    assert.ok(slow.shown.every((at, i) => at === ((i >> 1) * 1000) / 15));
  });

  it("shows nothing before there is a picture", () => {
    const { track, shown } = createTrack();
    track.lose(5000);
    track.finish();
    assert.deepEqual(shown, []);
  });
});

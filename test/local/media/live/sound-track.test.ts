import assert from "node:assert/strict";
import fc from "fast-check";
import { SoundTrack } from "../../../../local/media/live/sound-track.ts";
import { blockSamples, sampleRate, type Stereo } from "../../../../local/media/stereo-block.ts";

/** A track, and what it gave out so far, as one channel. */
function startTrack(): { track: SoundTrack; samples: number[] } {
  const samples: number[] = [];
  return { track: new SoundTrack(([left]) => void samples.push(...left)), samples };
}

const tone = (length: number, value = 1): Stereo => [
  new Float32Array(length).fill(value),
  new Float32Array(length).fill(value),
];
const at = (seconds: number): number => Math.round(seconds * sampleRate);
const frame = at(1 / 30);

describe("a sound track", () => {
  it("is as long as its picture, in whole blocks, whatever arrives when", () => {
    const step = fc.record({
      start: fc.integer({ min: -2 * sampleRate, max: 8 * sampleRate }),
      length: fc.integer({ min: 1, max: 5000 }),
      pictures: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { track, samples } = startTrack();
        let picture = 0;
        for (const { start, length, pictures } of steps) {
          track.add(start, tone(length));
          for (let i = 0; i < pictures; i++) track.advance((picture += frame));
        }
        track.finish(picture);
        const past = samples.length - picture;
        // Sound may be a little ahead of the picture when that ends.
        assert.ok(
          samples.length % blockSamples === 0 && past >= -blockSamples && past <= 5000 + at(0.05) + blockSamples,
        );
      }),
      { numRuns: 200 },
    );
  });

  it("never falls behind a picture without sound", () => {
    const { track, samples } = startTrack();
    for (let picture = frame; picture < at(20); picture += frame) {
      track.advance(picture);
      assert.ok(picture - samples.length <= blockSamples);
    }
    assert.ok(!track.isPresent && samples.every((sample) => sample === 0));
  });

  it("falls behind its picture by no more than sound that comes late, and half a second", () => {
    const { track, samples } = startTrack();
    const late = at(3);
    track.add(-late, tone(1024));
    for (let picture = frame, heard = 1024 - late; picture < at(20); picture += frame) {
      track.advance(picture);
      for (; heard <= picture - late; heard += 1024) track.add(heard, tone(1024));
      assert.ok(picture - samples.length <= late + at(0.5) + 2 * blockSamples);
    }
    assert.equal(samples.indexOf(0), -1, "nothing of the sound was replaced");
  });

  it("puts silence into a gap, cuts what overlaps, and holds back what is early", () => {
    const { track, samples } = startTrack();
    track.add(0, tone(at(0.5), 1));
    track.add(at(1), tone(at(0.5), 2));
    track.add(at(1.2), tone(at(0.5), 3));
    for (let picture = frame; picture <= at(2); picture += frame) track.advance(picture);
    track.finish(at(2));
    assert.deepEqual(
      [0.25, 0.75, 1.25, 1.6, 1.9].map((seconds) => samples[at(seconds)]),
      [1, 0, 2, 3, 0],
    );
    const early = startTrack();
    early.track.add(at(5), tone(1024));
    early.track.advance(at(1));
    assert.ok(early.samples.length <= at(1));
  });
});

import assert from "node:assert/strict";
import { checkCatalogue, type CatalogueView } from "../../../bench/endurance/catalogue-check.ts";

const recording = (number: number, change: object = {}): CatalogueView["recordings"][number] => ({
  id: `main.20261122T180000.00000${number}`,
  channel: "main",
  broadcast: "20261122T180000",
  state: "indexed",
  start: `2026-11-22T18:00:0${4 * number}.000Z`,
  durationMs: 4000,
  frames: null,
  error: null,
  errorCode: null,
  ...change,
});
const clip = (id: string, startMs: number, endMs: number): CatalogueView["clips"][number] => ({
  id,
  subject: { kind: "person", id: "ada", name: "Ada" },
  channel: "main",
  broadcast: "20261122T180000",
  start: "2026-11-22T18:00:00.000Z",
  end: "2026-11-22T18:00:04.000Z",
  durationMs: 4000,
  similarity: 99,
  review: "unreviewed",
  poster: "",
  playlist: "",
  mp4: "",
  appearances: [
    {
      recording: recording(0).id,
      startMs,
      endMs,
      similarity: 99,
      box: { left: 0, top: 0, width: 1, height: 1 },
    },
  ],
});
const ada = { id: "ada", name: "Ada", celebrity: null, celebrityId: null, photos: 1, clips: 2 };

describe("the check of a catalogue after kills", () => {
  const whole: CatalogueView = {
    recordings: [recording(0), recording(1)],
    clips: [clip("a", 0, 1000), clip("b", 1000, 2000)],
    people: [ada],
    archived: [recording(0).id, recording(1).id],
  };

  it("finds nothing where nothing is wrong", () => {
    assert.deepEqual(checkCatalogue(whole, [recording(1).id]), { lost: [], twice: [], miscounted: [] });
  });

  it("finds recordings that failed, are only in the archive, were known, or whose number was left out", () => {
    const { lost } = checkCatalogue(
      {
        ...whole,
        recordings: [recording(0, { state: "failed", error: "It is broken." })],
        archived: [recording(2).id],
      },
      [recording(3).id],
    );
    assert.deepEqual(lost, [
      `${recording(2).id} is not listed`,
      `${recording(3).id} is not listed`,
      `${recording(1).id} is not listed`,
      `${recording(0).id} failed: It is broken.`,
    ]);
  });

  it("finds what is there twice, also under two names", () => {
    const { twice } = checkCatalogue({
      ...whole,
      recordings: [recording(0), recording(0), recording(1)],
      clips: [clip("a", 0, 1000), clip("a", 2000, 3000), clip("b", 900, 2000)],
    });
    assert.deepEqual(twice, [
      `recording ${recording(0).id}`,
      "clip a",
      `appearance in ${recording(0).id} at 900 ms: a and b`,
    ]);
  });

  it("finds people with another number of clips than is listed", () => {
    assert.deepEqual(checkCatalogue({ ...whole, people: [{ ...ada, clips: 3 }] }).miscounted, [
      "ada has 2 clips, and is said to have 3",
    ]);
  });
});

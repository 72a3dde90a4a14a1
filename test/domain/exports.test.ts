import assert from "node:assert/strict";
import fc from "fast-check";
import {
  exportDurationMs,
  exportId,
  exportKey,
  exportPieces,
  portraitCrop,
  type ExportSource,
} from "../../domain/exports.ts";
import type { Clip } from "../../domain/model.ts";
import { person } from "./subjects.ts";

const source: ExportSource = { width: 1280, height: 720, frameRate: 30, hasSound: true, bitrate: 2_500_000 };
const recording = (number: number): string => `main.20261122T180000.00000${number}`;
const box = { left: 0.5, top: 0.1, width: 0.1, height: 0.2 };

function clip(pieces: Clip["pieces"], appearances: Partial<Clip["appearances"][number]>[] = []): Clip {
  return {
    id: "main.20261122T180000.ada.000000-1000",
    subject: person("ada"),
    channel: "main",
    broadcast: "20261122T180000",
    start: "2026-11-22T18:00:01.000Z",
    end: "2026-11-22T18:00:03.000Z",
    durationMs: 2000,
    similarity: 95,
    review: "unreviewed",
    poster: "",
    pieces,
    appearances: appearances.map((one) => ({
      recording: recording(0),
      startMs: 0,
      endMs: 1000,
      similarity: 95,
      box,
      bestMs: 0,
      ...one,
    })),
  };
}

describe("exports", () => {
  it("take the whole frames nearest to a clip's pieces, and leave out recordings that are gone", () => {
    const pieces = exportPieces(
      [
        clip([
          { recording: recording(0), startMs: 1017, endMs: 3005 },
          { recording: recording(1), startMs: 0, endMs: 500 },
          { recording: recording(2), startMs: 0, endMs: 500 },
        ]),
      ],
      new Map([
        [recording(0), source],
        [recording(2), { ...source, frameRate: 25 }],
      ]),
    );
    assert.deepEqual(
      pieces.map(({ recording: id, from, to, crop }) => [id, from, to, crop]),
      [
        [recording(0), 31, 90, undefined],
        [recording(2), 0, 13, undefined],
      ],
    );
    assert.equal(exportDurationMs(pieces), 2487);
  });

  it("last within a frame of the moment, at any frame rate", () => {
    fc.assert(
      fc.property(
        fc.nat(3_600_000),
        fc.integer({ min: 1, max: 60_000 }),
        fc.constantFrom(24, 25, 29.97, 30, 50, 59.94, 60),
        (startMs, durationMs, frameRate) => {
          const one = clip([{ recording: recording(0), startMs, endMs: startMs + durationMs }]);
          const pieces = exportPieces([one], new Map([[recording(0), { ...source, frameRate }]]));
          assert.ok(Math.abs(exportDurationMs(pieces) - durationMs) <= 1000 / frameRate + 1);
        },
      ),
    );
  });

  it("have one id for the same pieces and shape, and another for any other", () => {
    const sources = new Map([[recording(0), source]]);
    const id = (startMs: number, aspect?: "9:16"): string =>
      exportId(exportPieces([clip([{ recording: recording(0), startMs, endMs: 2000 }])], sources, aspect));
    assert.match(id(1000), /^[0-9a-f]{32}$/);
    assert.equal(id(1000), id(1000));
    assert.equal(new Set([id(1000), id(1100), id(1000, "9:16")]).size, 3);
    assert.equal(exportKey("0d4f"), "exports/0d4f.mp4");
  });

  it("cut an upright part around the face, weighed by how long it was seen", () => {
    const one = clip(
      [{ recording: recording(0), startMs: 0, endMs: 2000 }],
      [
        { startMs: 0, endMs: 3000, box: { ...box, left: 0.2 } },
        { startMs: 3000, endMs: 4000, box: { ...box, left: 0.6 } },
        { recording: recording(1), box: { ...box, left: 0 } },
      ],
    );
    const [piece] = exportPieces([one], new Map([[recording(0), source]]), "9:16");
    // The faces' centres are at 0.25 and 0.65 of the width: 0.35 on average, 448 pixels.
    assert.deepEqual(piece?.crop, { x: 244, y: 0, width: 406, height: 720 });
  });

  it("keep the upright part within the picture, in even pixels, and a narrow picture whole", () => {
    assert.deepEqual(portraitCrop({ width: 1280, height: 720 }, 0), { x: 0, y: 0, width: 406, height: 720 });
    assert.deepEqual(portraitCrop({ width: 1280, height: 720 }, 1), { x: 874, y: 0, width: 406, height: 720 });
    assert.equal(portraitCrop({ width: 360, height: 640 }, 0.5), undefined);
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 4096 }),
        fc.integer({ min: 64, max: 2160 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (width, height, centre) => {
          const crop = portraitCrop({ width, height }, centre);
          if (crop === undefined) return;
          assert.ok(crop.x >= 0 && crop.x + crop.width <= width && crop.height <= height);
          assert.ok([crop.x, crop.y, crop.width, crop.height].every((pixels) => pixels % 2 === 0));
        },
      ),
    );
  });
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SegmentIndex, type IndexedSegment } from "../../../../local/aws/mediapackagev2/segment-index.ts";

const segment = (sequence: number, change: Partial<IndexedSegment> = {}): IndexedSegment => ({
  sequence,
  period: 0,
  token: "a",
  startMs: sequence * 2000,
  duration: 2,
  mediaStart: sequence * 2,
  present: true,
  ...change,
});

describe("the index of live segments", () => {
  let folder: string;
  let index: SegmentIndex;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "segments-"));
    index = new SegmentIndex(join(folder, "segments.db"));
  });
  afterEach(() => {
    index.close();
    rmSync(folder, { recursive: true });
  });

  it("keeps counting after a restart and after everything was pruned", () => {
    assert.deepEqual(index.next("e"), { sequence: 0, period: 0 });
    for (const sequence of [0, 1, 2]) index.add("e", "720p", segment(sequence, { period: sequence === 2 ? 1 : 0 }));
    index.prune("e", Infinity, "");
    index.close();
    index = new SegmentIndex(join(folder, "segments.db"));
    assert.deepEqual(index.next("e"), { sequence: 3, period: 2 });
    assert.deepEqual(index.next("other"), { sequence: 0, period: 0 });
  });

  it("finds the segments that play in a range of time", () => {
    for (const sequence of [0, 1, 2, 3]) index.add("e", "720p", segment(sequence));
    assert.deepEqual(index.between("e", "720p", 2500, 5000), [segment(1), segment(2)]);
    assert.deepEqual(index.between("e", "720p", 2000, 4000), [segment(1)]);
    assert.deepEqual(index.between("e", "360p", 0, 9000), []);
  });

  it("knows the longest segment of an endpoint", () => {
    index.add("e", "720p", segment(0, { duration: 6.02 }));
    index.add("e", "720p", segment(1));
    assert.deepEqual([index.longest("e"), index.longest("other")], [6.02, 0]);
  });

  it("forgets and returns segments older than the window, and periods without segments", () => {
    const details = { name: "720p", width: 1280, height: 720, bitrate: 1, frameRate: 30, codecs: "avc1" };
    for (const token of ["a", "b", "c"]) index.describe("e", token, details);
    index.add("e", "720p", segment(0));
    index.add("e", "720p", segment(1, { token: "b" }));
    assert.deepEqual(index.prune("e", 2001, "c"), [
      { rendition: "720p", token: "a", sequence: 0 },
      { rendition: "720p", token: "a", sequence: "init" },
    ]);
    assert.deepEqual(index.renditions("e", "a"), []);
    assert.deepEqual(index.renditions("e", "c"), [details]);
  });
});

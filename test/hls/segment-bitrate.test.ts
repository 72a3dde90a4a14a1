import assert from "node:assert/strict";
import { averageSegmentBitrate, peakSegmentBitrate } from "../../hls/segment-bitrate.ts";

const segments = (...given: [bytes: number, seconds: number][]) =>
  given.map(([bytes, seconds]) => ({ bytes, seconds }));

describe("the bit rates of a media playlist", () => {
  it("are the highest of any segment, and the average over all", () => {
    const playlist = segments([100_000, 2], [300_000, 2], [50_000, 1]);
    assert.equal(peakSegmentBitrate(playlist, 2), 1_200_000);
    assert.equal(averageSegmentBitrate(playlist), 720_000);
  });

  it("count a sliver together with its neighbour, up to one and a half target durations", () => {
    assert.equal(peakSegmentBitrate(segments([100_000, 2], [50_000, 0.5]), 2), 480_000);
    assert.equal(peakSegmentBitrate(segments([50_000, 0.5], [50_000, 0.5], [10_000, 2]), 2), 800_000);
  });

  it("are the same for a playlist of one sliver, and 0 without segments", () => {
    assert.equal(peakSegmentBitrate(segments([10_000, 0.2]), 2), 400_000);
    assert.deepEqual([peakSegmentBitrate([], 2), averageSegmentBitrate([])], [0, 0]);
  });
});

import assert from "node:assert/strict";
import { clipMp4 } from "../../domain/clip-media.ts";
import { frameAt, framesOf, mediaPlaylistKey, mp4Key, posterKey } from "../../domain/vod-keys.ts";

const name = { channel: "main", broadcast: "20261122T180000", number: 12 };

describe("VOD keys", () => {
  it("are what the conversion writes", () => {
    assert.equal(mp4Key(name), "vod/main/20261122T180000/000012/recording.mp4");
    assert.equal(mediaPlaylistKey(name, "720p"), "vod/main/20261122T180000/000012/hls/index_720p.m3u8");
  });

  it("of frames name the capture nearest to a time, and say when it is", () => {
    const key = (frame: string): string => `vod/main/20261122T180000/000012/posters/poster.${frame}.jpg`;
    assert.deepEqual(
      [0, 2999, 3000, 9999, 60_000].map((atMs) => frameAt(name, atMs, 10_000)),
      [
        { key: key("0000000"), atMs: 0 },
        { key: key("0000001"), atMs: 2000 },
        { key: key("0000002"), atMs: 4000 },
        { key: key("0000004"), atMs: 8000 },
        { key: key("0000004"), atMs: 8000 },
      ],
    );
  });

  it("of all frames have a pattern, and as many as exist for sure", () => {
    assert.deepEqual(
      [1, 2_249, 2_250, 10_000].map((durationMs) => framesOf(name, durationMs).count),
      [1, 1, 2, 5],
    );
    const { pattern, everyMs } = framesOf(name, 10_000);
    assert.equal(pattern.replace("{index}", "0000004"), frameAt(name, 4 * everyMs, 10_000).key);
  });

  const poster = (bestMs: number, durationMs: number, startMs = bestMs, endMs = bestMs): string =>
    posterKey(name, { bestMs, startMs, endMs }, durationMs).slice(-11, -4);

  it("of posters name the nearest capture that exists", () => {
    assert.deepEqual(
      [
        poster(0, 60_000),
        poster(999, 60_000),
        poster(1000, 60_000),
        poster(59_900, 60_000),
        poster(10_000, 10_033),
        poster(500, 100),
      ],
      ["0000000", "0000000", "0000001", "0000029", "0000004", "0000000"],
    );
  });

  it("of posters name a capture within the appearance where there is one", () => {
    assert.deepEqual(
      [poster(4100, 10_000, 4040, 6500), poster(7900, 10_000, 5000, 8000), poster(4100, 10_000, 4040, 5900)],
      ["0000003", "0000003", "0000002"],
    );
  });

  it("of posters name a capture of the same shot where none is within the appearance", () => {
    const shown = (durationMs: number, shotStartMs: number, shotEndMs: number): string =>
      posterKey(name, { bestMs: 600, startMs: 500, endMs: 900, shotStartMs, shotEndMs }, durationMs).slice(-11, -4);
    // Before the shot is black; then no capture of the shot; then none that exists.
    assert.deepEqual(
      [shown(10_000, 480, 6000), shown(10_000, 480, 1500), shown(2100, 480, 2100)],
      ["0000001", "0000000", "0000000"],
    );
  });
});

describe("a clip's MP4", () => {
  it("is the recording with most of it, and where in it", () => {
    const pieces = [
      { recording: "main.20261122T180000.000012", startMs: 9500, endMs: 10_000 },
      { recording: "main.20261122T180000.000013", startMs: 0, endMs: 4250 },
    ];
    assert.equal(clipMp4({ pieces }), "/vod/main/20261122T180000/000013/recording.mp4#t=0.000,4.250");
    assert.equal(clipMp4({ pieces: [] }), "");
  });
});

import assert from "node:assert/strict";
import { readLowLatencyPlaylist } from "../../../bench/endurance/low-latency-playlist.ts";

describe("a viewer's low-latency playlist", () => {
  const address = new URL("http://127.0.0.1/live/index_360p.m3u8?_HLS_msn=8");

  it("numbers the parts, and names the one that comes next", () => {
    const playlist = readLowLatencyPlaylist(
      [
        "#EXTM3U",
        "#EXT-X-PART-INF:PART-TARGET=0.334",
        "#EXT-X-MEDIA-SEQUENCE:7",
        "#EXT-X-GAP",
        "#EXTINF:2.00000,",
        "s7.m4s",
        '#EXT-X-PART:DURATION=0.33,URI="s8.0.m4s",INDEPENDENT=YES',
        '#EXT-X-PART:DURATION=0.33,URI="s8.1.m4s"',
        "#EXTINF:0.66000,",
        "s8.m4s",
        '#EXT-X-PART:DURATION=0.33,URI="s9.0.m4s"',
        '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="s9.1.m4s"',
        "",
      ].join("\n"),
      address,
    );
    const named = playlist.parts.map(({ sequence, part, url }) => [sequence, part, url.pathname]);
    assert.deepEqual(named, [
      [8, 0, "/live/s8.0.m4s"],
      [8, 1, "/live/s8.1.m4s"],
      [9, 0, "/live/s9.0.m4s"],
    ]);
    const { hint, gaps, ended, partTarget } = playlist;
    assert.deepEqual([hint?.sequence, hint?.part, hint?.url.pathname], [9, 1, "/live/s9.1.m4s"]);
    assert.deepEqual({ gaps, ended, partTarget }, { gaps: 1, ended: false, partTarget: 0.334 });
  });

  it("must be one with parts", () => {
    assert.throws(() => readLowLatencyPlaylist("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n", address), /no low-latency/);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { clipPlaylist, commonRenditions, type PlaylistPart } from "../../domain/clip-playlist.ts";
import { parseMediaPlaylist } from "../../hls/media-playlist.ts";

const part = (base: string, startMs: number, endMs: number, durations = [2, 2, 2, 2, 2]): PlaylistPart => ({
  base,
  recordedAtMs: undefined,
  startMs,
  endMs,
  playlist: { segments: durations.map((durationSeconds, index) => ({ uri: `s${index}.ts`, durationSeconds })) },
});

describe("clip playlist", () => {
  it("has the whole segments that cover the moment, and starts at its first frame", () => {
    assert.equal(
      clipPlaylist([part("/vod/a/", 3500, 6500)]),
      `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-START:TIME-OFFSET=1.500,PRECISE=YES
#EXTINF:2.000000,
/vod/a/s1.ts
#EXTINF:2.000000,
/vod/a/s2.ts
#EXTINF:2.000000,
/vod/a/s3.ts
#EXT-X-ENDLIST
`,
    );
  });

  it("says when each part was recorded, at its first segment", () => {
    const recordedAtMs = Date.parse("2026-11-22T18:00:00.500Z");
    const lines = clipPlaylist([
      { ...part("/a/", 3500, 6500), recordedAtMs },
      part("/b/", 0, 1000),
      { ...part("/c/", 2100, 4000, [2.000_02, 2]), recordedAtMs: recordedAtMs + 60_000 },
    ]).match(/^(?:#EXT-X-(?:DISCONTINUITY|PROGRAM-DATE-TIME)|\/).*$/gm);
    assert.deepEqual(lines, [
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:02.500Z",
      "/a/s1.ts",
      "/a/s2.ts",
      "/a/s3.ts",
      "#EXT-X-DISCONTINUITY",
      "/b/s0.ts",
      "#EXT-X-DISCONTINUITY",
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:01:02.500Z",
      "/c/s1.ts",
    ]);
  });

  it("omits a segment that the moment only touches", () => {
    const uris = clipPlaylist([part("/", 2000, 4000)])
      .split("\n")
      .filter((line) => line.startsWith("/"));
    assert.deepEqual(uris, ["/s1.ts"]);
  });

  it("marks where one recording ends and the next begins", () => {
    const lines = clipPlaylist([part("/a/", 9000, 10_000), part("/b/", 0, 3000, [2, 2.6])]).split("\n");
    assert.deepEqual(lines.slice(2, 3).concat(lines.slice(6)), [
      "#EXT-X-TARGETDURATION:3",
      "#EXT-X-START:TIME-OFFSET=1.000,PRECISE=YES",
      "#EXTINF:2.000000,",
      "/a/s4.ts",
      "#EXT-X-DISCONTINUITY",
      "#EXTINF:2.000000,",
      "/b/s0.ts",
      "#EXTINF:2.600000,",
      "/b/s1.ts",
      "#EXT-X-ENDLIST",
      "",
    ]);
  });

  it("covers any range with at most one segment too much on either side", () => {
    const durations = fc.array(
      fc.integer({ min: 100, max: 4000 }).map((ms) => ms / 1000),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(durations, fc.tuple(fc.nat(10_000), fc.nat(10_000)), (given, [a, b]) => {
        const totalMs = Math.round(given.reduce((sum, seconds) => sum + seconds, 0) * 1000);
        const [from, to] = [(Math.min(a, b) / 10_000) * totalMs, (Math.max(a, b) / 10_000) * totalMs];
        fc.pre(to - from > 10);
        const text = clipPlaylist([part("/", from, to, given)]);
        // Our own strict parser reads it, but for the tag that says where recordings meet.
        const { segments } = parseMediaPlaylist(text);
        const lead = Number(/TIME-OFFSET=([\d.]+)/.exec(text)?.[1]);
        const seconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
        assert.ok(lead < segments[0]!.durationSeconds);
        assert.ok(lead + (to - from) / 1000 <= seconds + 0.005);
        assert.ok(seconds - lead - (to - from) / 1000 < segments.at(-1)!.durationSeconds + 0.005);
        const target = Number(/TARGETDURATION:(\d+)/.exec(text)?.[1]);
        for (const segment of segments) assert.ok(Math.round(segment.durationSeconds) <= target);
      }),
    );
  });
});

describe("the renditions of a clip", () => {
  const high = { name: "720p", width: 1280, height: 720, bitrate: 2_000_000 };
  const low = { name: "360p", width: 640, height: 360, bitrate: 700_000 };

  it("are those that all recordings have, at the highest rate of any", () => {
    assert.deepEqual(commonRenditions([{ renditions: [high, low] }, { renditions: [{ ...low, bitrate: 800_000 }] }]), [
      { ...low, bitrate: 800_000 },
    ]);
    assert.deepEqual(commonRenditions([{ renditions: [high, low] }]), [high, low]);
    assert.deepEqual(commonRenditions([{ renditions: [high] }, { renditions: [low] }]), []);
    assert.deepEqual(commonRenditions([]), []);
  });
});

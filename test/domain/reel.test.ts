import assert from "node:assert/strict";
import fc from "fast-check";
import { reelMoments, reelPlaylist, type ReelPart } from "../../domain/reel.ts";
import { parseMediaPlaylist } from "../../hls/media-playlist.ts";
import { person } from "./subjects.ts";

/** A part of a recording with segments of 2 s. */
const part = (id: string, startMs: number, endMs: number, name = "ada"): ReelPart => ({
  base: "/vod/",
  recordedAtMs: Date.parse("2026-11-22T18:00:00.000Z"),
  startMs,
  endMs,
  playlist: { segments: [0, 1, 2, 3, 4].map((index) => ({ uri: `s${index}.ts`, durationSeconds: 2 })) },
  clip: {
    id,
    subject: { ...person(name), name },
    start: new Date(Date.parse("2026-11-22T18:00:00.000Z") + startMs).toISOString(),
    durationMs: endMs - startMs,
    poster: "/vod/poster.jpg",
  },
});

describe("a reel", () => {
  const places = (parts: ReelPart[]): unknown[] =>
    reelMoments(parts).moments.map(({ clip, inMs, outMs }) => [clip.id, inMs, outMs]);

  it("knows where each moment begins and ends in its playlist of whole segments", () => {
    const parts = [part("a", 3500, 6500), part("b", 0, 1000), part("c", 8100, 10_000)];
    // a: three segments of 2–8 s; b: one; c: the last one, 8–10 s.
    assert.deepEqual(places(parts), [
      ["a", 1500, 4500],
      ["b", 6000, 7000],
      ["c", 8100, 10_000],
    ]);
    assert.equal(reelMoments(parts).durationMs, 10_000);
  });

  it("takes the parts of one clip for one moment, and leaves out those without a segment", () => {
    assert.deepEqual(places([part("a", 7000, 10_000), part("a", 0, 1500), part("b", 12_000, 13_000)]), [
      ["a", 1000, 5500],
    ]);
    assert.deepEqual(reelMoments([]), { moments: [], durationMs: 0 });
  });

  it("tells players each moment's in and out point as a date range, once", () => {
    const lines = reelPlaylist([part("a", 7000, 10_000), part("a", 0, 1500), part("b", 4000, 6000, 'J. "Sonny"\nSon')])
      .split("\n")
      .filter((line) => !/^#EXT(?:M3U|-X-(?:VERSION|TARGET|MEDIA|PLAYLIST|INDEPENDENT))/.test(line));
    assert.deepEqual(lines, [
      "#EXT-X-START:TIME-OFFSET=1.000,PRECISE=YES",
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:06.000Z",
      '#EXT-X-DATERANGE:ID="a",CLASS="moment",START-DATE="2026-11-22T18:00:07.000Z",DURATION=3.000,' +
        'X-SUBJECT="ada",X-IN=1.000,X-OUT=5.500',
      "#EXTINF:2.000000,",
      "/vod/s3.ts",
      "#EXTINF:2.000000,",
      "/vod/s4.ts",
      "#EXT-X-DISCONTINUITY",
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:00.000Z",
      "#EXTINF:2.000000,",
      "/vod/s0.ts",
      "#EXT-X-DISCONTINUITY",
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:00:04.000Z",
      '#EXT-X-DATERANGE:ID="b",CLASS="moment",START-DATE="2026-11-22T18:00:04.000Z",DURATION=2.000,' +
        "X-SUBJECT=\"J. 'Sonny' Son\",X-IN=6.000,X-OUT=8.000",
      "#EXTINF:2.000000,",
      "/vod/s2.ts",
      "#EXT-X-ENDLIST",
      "",
    ]);
  });

  it("has its moments in order, within its playlist, as long as they are", () => {
    const ranges = fc.array(fc.tuple(fc.nat(9000), fc.integer({ min: 2, max: 1000 })), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(ranges, (given) => {
        const parts = given.map(([start, length], index) => part(`clip-${index}`, start, start + length));
        const { moments, durationMs } = reelMoments(parts);
        const { segments } = parseMediaPlaylist(
          reelPlaylist(parts).replace(/^#EXT-X-(?:DATERANGE|DISCONTINUITY).*\n/gm, ""),
        );
        assert.equal(durationMs, segments.length * 2000);
        assert.equal(moments.length, parts.length);
        let last = 0;
        for (const { clip, inMs, outMs } of moments) {
          assert.ok(inMs >= last && outMs <= durationMs);
          assert.ok(Math.abs(outMs - inMs - clip.durationMs) <= 1);
          last = outMs;
        }
      }),
    );
  });
});

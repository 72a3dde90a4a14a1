import assert from "node:assert/strict";
import fc from "fast-check";
import { multivariantPlaylist, parseMultivariantPlaylist, type Variant } from "../../hls/multivariant-playlist.ts";

const high: Variant = {
  uri: "index_720p.m3u8",
  bandwidth: 3_100_000,
  averageBandwidth: 2_500_000,
  width: 1280,
  height: 720,
  codecs: ["avc1.64001f", "mp4a.40.2"],
  frameRate: 29.97,
};

const codecs = 'CODECS="avc1.64001f,mp4a.40.2"';

describe("a multivariant playlist", () => {
  it("offers each variant with all that a player chooses by", () => {
    assert.equal(
      multivariantPlaylist([high, { ...high, uri: "index_360p.m3u8", codecs: ["avc1.4d401e"] }], 3),
      `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=3100000,AVERAGE-BANDWIDTH=2500000,${codecs},RESOLUTION=1280x720,FRAME-RATE=29.970
index_720p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=3100000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.4d401e",RESOLUTION=1280x720,FRAME-RATE=29.970
index_360p.m3u8
`,
    );
  });

  it("says nothing about a frame rate that is unknown", () => {
    assert.doesNotMatch(multivariantPlaylist([{ ...high, frameRate: 0 }], 3), /FRAME-RATE/);
  });

  it("never says a peak below the average", () => {
    assert.equal(
      parseMultivariantPlaylist(multivariantPlaylist([{ ...high, bandwidth: 1 }], 3))[0]?.bandwidth,
      high.averageBandwidth,
    );
  });

  it("reads back what was written", () => {
    const rate = fc.integer({ min: 1, max: 100_000_000 });
    const side = fc.integer({ min: 2, max: 8192 });
    const variants = fc.array(
      fc.record({
        averageBandwidth: rate,
        above: fc.nat(1_000_000),
        width: side,
        height: side,
        frame: fc.nat(120_000),
      }),
    );
    fc.assert(
      fc.property(variants, (given) => {
        const written = given.map(({ above, frame, ...variant }, index): Variant => ({
          ...variant,
          uri: `index_${index}.m3u8?a=b`,
          bandwidth: variant.averageBandwidth + above,
          codecs: high.codecs,
          frameRate: frame / 1000,
        }));
        assert.deepEqual(parseMultivariantPlaylist(multivariantPlaylist(written, 3)), written);
      }),
    );
  });

  it("is read as MediaConvert writes it, with attributes in another order and others between", () => {
    const text =
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-INDEPENDENT-SEGMENTS\n" +
      '#EXT-X-STREAM-INF:BANDWIDTH=2790000,RESOLUTION=1280x720,CLOSED-CAPTIONS=NONE,CODECS="avc1.640028,mp4a.40.2"\n' +
      "index_720p.m3u8\n";
    assert.deepEqual(parseMultivariantPlaylist(text), [
      {
        uri: "index_720p.m3u8",
        bandwidth: 2_790_000,
        averageBandwidth: 2_790_000,
        width: 1280,
        height: 720,
        codecs: ["avc1.640028", "mp4a.40.2"],
        frameRate: 0,
      },
    ]);
  });

  it("says which line is wrong, and what", () => {
    const line = (attributes: string, uri = "a.m3u8"): string => `#EXTM3U\n#EXT-X-STREAM-INF:${attributes}\n${uri}\n`;
    for (const [text, message] of [
      ["<html>", "The playlist does not begin with #EXTM3U"],
      [
        line('RESOLUTION=2x2,CODECS="a"'),
        "Line 2 of the playlist: BANDWIDTH is missing or not a number of bits per second",
      ],
      [line('BANDWIDTH=1,CODECS="a"'), "Line 2 of the playlist: RESOLUTION is missing or not WIDTHxHEIGHT"],
      [line("BANDWIDTH=1,RESOLUTION=2x2"), "Line 2 of the playlist: CODECS is missing"],
      [
        line('BANDWIDTH=1,RESOLUTION=2x2,CODECS="a"', ""),
        "Line 2 of the playlist: no address follows #EXT-X-STREAM-INF",
      ],
    ] as const) {
      assert.throws(() => parseMultivariantPlaylist(text), { name: "PlaylistError", message });
    }
  });
});

import assert from "node:assert/strict";
import { mediaPlaylist, type PlaylistSegment } from "../../../../local/aws/mediapackagev2/hls.ts";

const names = {
  init: ({ token }: { token: string }) => `init_${token}`,
  segment: ({ token, sequence }: { token: string; sequence: number }) => `${token}_${sequence}`,
  part: ({ token, sequence }: { token: string; sequence: number }, part: number) => `${token}_${sequence}.${part}`,
};
const segment = (sequence: number, change: Partial<PlaylistSegment> = {}): PlaylistSegment => ({
  sequence,
  period: 4,
  token: "a",
  startMs: 1_795_349_515_694 + sequence * 2000,
  duration: 2,
  mediaStart: sequence * 2,
  present: true,
  complete: true,
  parts: [],
  ...change,
});

describe("HLS playlists", () => {
  it("list whole segments with their wall-clock times", () => {
    assert.equal(
      mediaPlaylist({ names, segments: [segment(7), segment(8, { duration: 2.002 })], targetDuration: 2, ended: true }),
      [
        "#EXTM3U",
        "#EXT-X-VERSION:9",
        "#EXT-X-TARGETDURATION:2",
        "#EXT-X-MEDIA-SEQUENCE:7",
        "#EXT-X-DISCONTINUITY-SEQUENCE:4",
        '#EXT-X-MAP:URI="init_a"',
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:12:09.694Z",
        "#EXTINF:2.00000,",
        "a_7",
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:12:11.694Z",
        "#EXTINF:2.00200,",
        "a_8",
        "#EXT-X-ENDLIST",
        "",
      ].join("\n"),
    );
  });

  it("mark discontinuities with the new initialization segment, and missing segments as gaps", () => {
    const text = mediaPlaylist({
      names,
      segments: [
        segment(7),
        segment(8, { period: 5, token: "b" }),
        segment(9, { period: 5, token: "b", present: false }),
      ],
      targetDuration: 2,
      ended: false,
    });
    assert.deepEqual(
      text
        .split("\n")
        .filter((line) => !/PROGRAM|EXTINF/.test(line))
        .slice(4),
      [
        "#EXT-X-DISCONTINUITY-SEQUENCE:4",
        '#EXT-X-MAP:URI="init_a"',
        "a_7",
        "#EXT-X-DISCONTINUITY",
        '#EXT-X-MAP:URI="init_b"',
        "b_8",
        "#EXT-X-GAP",
        "b_9",
        "",
      ],
    );
  });

  it("list the newest segments' parts, the next part and the other renditions' latest parts for low latency", () => {
    const parts = [
      { duration: 0.35469, independent: true },
      { duration: 1 / 3, independent: false },
    ];
    const text = mediaPlaylist({
      names,
      segments: [
        segment(1, { parts }),
        segment(2, { parts }),
        segment(3, { parts }),
        segment(4, { parts, complete: false }),
      ],
      targetDuration: 2,
      lowLatency: {
        partTarget: 0.355,
        next: { token: "a", sequence: 4, part: 2 },
        others: [{ uri: "index_360p.m3u8", sequence: 4, part: 1 }],
      },
      ended: false,
    });
    const lines = text.split("\n");
    assert.ok(lines.includes("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.065"));
    assert.ok(lines.includes("#EXT-X-PART-INF:PART-TARGET=0.355"));
    assert.deepEqual(
      lines.filter((line) => line.startsWith("#EXT-X-PART:")).map((line) => /URI="([^"]+)"/.exec(line)?.[1]),
      ["a_2.0", "a_2.1", "a_3.0", "a_3.1", "a_4.0", "a_4.1"],
    );
    assert.ok(lines.includes('#EXT-X-PART:DURATION=0.35469,URI="a_4.0",INDEPENDENT=YES'));
    assert.equal(lines.filter((line) => line.startsWith("#EXTINF")).length, 3);
    assert.deepEqual(lines.slice(-3), [
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="a_4.2"',
      '#EXT-X-RENDITION-REPORT:URI="index_360p.m3u8",LAST-MSN=4,LAST-PART=1',
      "",
    ]);
  });

  it("list no part that is longer than the part target, nor the next one, only the segments that they make", () => {
    const parts = [
      { duration: 0.36, independent: true },
      { duration: 0.4, independent: false },
    ];
    const text = mediaPlaylist({
      names,
      segments: [segment(1, { parts }), segment(2, { parts, complete: false })],
      targetDuration: 2,
      lowLatency: { partTarget: 0.36, next: { token: "a", sequence: 2, part: 2 }, others: [] },
      ended: false,
    });
    assert.deepEqual(text.match(/^(?:#EXT-X-(?:PART|PRELOAD-HINT):.*|a_.*)$/gm), [
      '#EXT-X-PART:DURATION=0.36000,URI="a_1.0",INDEPENDENT=YES',
      "a_1",
      '#EXT-X-PART:DURATION=0.36000,URI="a_2.0",INDEPENDENT=YES',
    ]);
  });
});

import assert from "node:assert/strict";
import { conversionSettings } from "../../../pipeline/conversion/job-settings.ts";
import { fitLadder } from "../../../domain/ladder.ts";

const recording = { channel: "main", broadcast: "20261122T180000", number: 12 };
const rungs = [
  { name: "720p", height: 720, bitrate: 2_500_000 },
  { name: "480p", height: 480, bitrate: 1_200_000 },
];
const settings = (
  hasAudio: boolean,
  source = { width: 1280, height: 720 },
  encodeAll = false,
): ReturnType<typeof conversionSettings> =>
  conversionSettings({
    recording,
    source: { bucket: "archive", key: "main/20261122T180000/recording.000012.ts", hasAudio },
    vodBucket: "vod-bucket",
    ladder: fitLadder(rungs, source, { encodeAll }),
  });

describe("conversion settings", () => {
  it("produce a ladder, one file and posters in the expected places", () => {
    const { OutputGroups = [] } = settings(true);
    assert.deepEqual(
      OutputGroups.map(
        ({ OutputGroupSettings: group }) =>
          group?.HlsGroupSettings?.Destination ?? group?.FileGroupSettings?.Destination,
      ),
      [
        "s3://vod-bucket/vod/main/20261122T180000/000012/hls/index",
        "s3://vod-bucket/vod/main/20261122T180000/000012/recording",
        "s3://vod-bucket/vod/main/20261122T180000/000012/posters/poster",
      ],
    );
    assert.deepEqual(
      OutputGroups[0]?.Outputs?.map(({ NameModifier }) => NameModifier),
      ["_720p", "_480p"],
    );
  });

  it("encode only what the source is not", () => {
    const codecs = settings(true).OutputGroups?.flatMap(({ Outputs }) =>
      Outputs?.map(({ VideoDescription }) => VideoDescription?.CodecSettings?.Codec),
    );
    assert.deepEqual(codecs, ["PASSTHROUGH", "H_264", "PASSTHROUGH", "FRAME_CAPTURE"]);
  });

  it("encode the top rung and the MP4 as well where asked, as the ladder says", () => {
    const [hls, mp4, posters] = settings(true, undefined, true).OutputGroups ?? [];
    const top = { Width: 1280, Height: 720, CodecSettings: { Codec: "H_264" as const } };
    const qvbr = { RateControlMode: "QVBR", MaxBitrate: 2_500_000, QvbrSettings: { QvbrQualityLevel: 7 } };
    for (const video of [hls, mp4].map((group) => group?.Outputs?.[0]?.VideoDescription)) {
      assert.partialDeepStrictEqual(video, top);
      assert.partialDeepStrictEqual(video?.CodecSettings?.H264Settings, { ...qvbr, GopSize: 2 });
    }
    assert.deepEqual(hls?.Outputs?.[1], settings(true).OutputGroups?.[0]?.Outputs?.[1]);
    assert.deepEqual(posters, settings(true).OutputGroups?.[2]);
  });

  it("cut a lower rung in closed groups of two seconds, as the segments are", () => {
    const [hls] = settings(true).OutputGroups ?? [];
    assert.partialDeepStrictEqual(hls?.OutputGroupSettings?.HlsGroupSettings, {
      SegmentLength: 2,
      MinSegmentLength: 0,
    });
    assert.deepEqual(hls?.Outputs?.[1]?.VideoDescription, {
      Width: 854,
      Height: 480,
      CodecSettings: {
        Codec: "H_264",
        H264Settings: {
          RateControlMode: "QVBR",
          MaxBitrate: 1_200_000,
          QvbrSettings: { QvbrQualityLevel: 7 },
          QualityTuningLevel: "SINGLE_PASS_HQ",
          GopSize: 2,
          GopSizeUnits: "SECONDS",
          GopClosedCadence: 1,
          SceneChangeDetect: "DISABLED",
          CodecProfile: "HIGH",
          FramerateControl: "INITIALIZE_FROM_SOURCE",
          ParControl: "INITIALIZE_FROM_SOURCE",
        },
      },
    });
  });

  it("capture a frame every two seconds, 640 wide and never above the source", () => {
    const poster = (source: { width: number; height: number }): unknown =>
      settings(true, source).OutputGroups?.[2]?.Outputs?.[0]?.VideoDescription;
    const capture = {
      Codec: "FRAME_CAPTURE",
      FrameCaptureSettings: { FramerateNumerator: 1, FramerateDenominator: 2, MaxCaptures: 10_000_000, Quality: 80 },
    };
    assert.deepEqual(poster({ width: 1280, height: 720 }), { Width: 640, Height: 360, CodecSettings: capture });
    assert.deepEqual(poster({ width: 360, height: 288 }), { Width: 360, Height: 288, CodecSettings: capture });
  });

  it("have sound in every output: silence if the source has none, as no selector is there to find it", () => {
    const names = (settings(false).OutputGroups ?? []).map(({ Outputs }) =>
      Outputs?.map(({ AudioDescriptions }) => AudioDescriptions?.[0]?.AudioSourceName),
    );
    assert.deepEqual(names, [["Audio Selector 1", "Audio Selector 1"], ["Audio Selector 1"], [undefined]]);
    assert.equal(settings(false).Inputs?.[0]?.AudioSelectors, undefined);
    const withSound = settings(true);
    assert.deepEqual(withSound.Inputs?.[0]?.AudioSelectors, { "Audio Selector 1": { DefaultSelection: "DEFAULT" } });
    assert.deepEqual(
      withSound.OutputGroups?.map(({ Outputs }) =>
        Outputs?.map(({ AudioDescriptions }) => AudioDescriptions?.[0]?.AudioSourceName),
      ),
      [["Audio Selector 1", "Audio Selector 1"], ["Audio Selector 1"], [undefined]],
    );
  });
});

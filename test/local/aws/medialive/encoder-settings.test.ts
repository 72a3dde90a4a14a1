import assert from "node:assert/strict";
import { encoderSettings } from "../../../../components/encoder-settings.ts";
import { readEncoderSettings } from "../../../../local/aws/medialive/encoder-settings.ts";
import type { Properties } from "../../../../local/engine/provider.ts";

const ladder = [
  { name: "360p", height: 360, bitrate: 700_000 },
  { name: "720p", height: 720, bitrate: 2_500_000 },
];

/** The program's own settings, as plain JSON. */
function settings(change: (settings: Properties) => void = () => undefined): Properties {
  const plain = JSON.parse(
    JSON.stringify(encoderSettings({ ladder, frameRate: 30, rolloverSeconds: 10 })),
  ) as Properties;
  change(plain);
  return plain;
}

/** Sets a value deep inside: `at(settings, "VideoDescriptions.0.CodecSettings.H264Settings")`. */
function at(value: unknown, path: string): Properties {
  return path.split(".").reduce((inner, key) => (inner as Properties)[key], value) as Properties;
}

describe("a channel's encoder settings", () => {
  it("become the local encoder's settings, highest rendition first", () => {
    const levels = settings((all) =>
      [7, 8].forEach((QvbrQualityLevel, i) =>
        Object.assign(at(all, `VideoDescriptions.${i}.CodecSettings.H264Settings`), { QvbrQualityLevel }),
      ),
    );
    assert.deepEqual(readEncoderSettings(levels), {
      live: {
        renditions: [
          {
            name: "720p",
            width: 1280,
            height: 720,
            bitrate: 2_500_000,
            bufferSize: 5_000_000,
            quality: 23,
            lookahead: 5,
            timecode: true,
            profile: "high",
          },
          {
            name: "360p",
            width: 640,
            height: 360,
            bitrate: 700_000,
            bufferSize: 1_400_000,
            quality: 25,
            lookahead: 5,
            timecode: true,
            profile: "high",
          },
        ],
        audioBitrate: 128_000,
        gopSeconds: 1,
        frameRate: { num: 30, den: 1 },
        packaged: ["720p", "360p"],
        archive: { rendition: "360p", rolloverSeconds: 10 },
      },
      packageDestination: "package",
      archive: { destination: "archive", nameModifier: "", extension: "ts" },
    });
  });

  it("follow the source's frame rate and a constant bit rate if they ask for it", () => {
    const { live } = readEncoderSettings(
      settings((all) => {
        for (const i of [0, 1])
          Object.assign(at(all, `VideoDescriptions.${i}.CodecSettings.H264Settings`), {
            FramerateControl: "INITIALIZE_FROM_SOURCE",
            RateControlMode: "CBR",
            Bitrate: 900_000 + i,
          });
      }),
    );
    assert.equal(live.frameRate, undefined);
    assert.deepEqual(
      live.renditions.map(({ bitrate, quality }) => [bitrate, quality]),
      [
        [900_001, undefined],
        [900_000, undefined],
      ],
    );
  });

  for (const [what, path, value, message] of [
    [
      "an unknown setting",
      "VideoDescriptions.0.CodecSettings.H264Settings",
      { FilterSettings: {} },
      "EncoderSettings.VideoDescriptions[0].CodecSettings.H264Settings.FilterSettings is not " +
        "supported by the local engine.",
    ],
    [
      "another codec",
      "VideoDescriptions.0.CodecSettings",
      { H265Settings: {} },
      "EncoderSettings.VideoDescriptions[0].CodecSettings.H265Settings is not supported by the local engine.",
    ],
    [
      "a value that the local engine does not support",
      "VideoDescriptions.1",
      { ScalingBehavior: "STRETCH_TO_OUTPUT" },
      'EncoderSettings.VideoDescriptions[1].ScalingBehavior is "STRETCH_TO_OUTPUT"; the local engine supports DEFAULT.',
    ],
    [
      "an output of a missing description",
      "OutputGroups.0.Outputs.0",
      { VideoDescriptionName: "other" },
      'EncoderSettings.VideoDescriptions must include "other", which an output uses.',
    ],
    [
      "two outputs of the same name",
      "OutputGroups.0.Outputs.1.OutputSettings.CmafIngestOutputSettings",
      { NameModifier: "_360p" },
      'EncoderSettings.OutputGroups has two outputs with the name modifier "_360p"; give each its own.',
    ],
    [
      "a name that cannot be in a URL",
      "OutputGroups.0.Outputs.1.OutputSettings.CmafIngestOutputSettings",
      { NameModifier: "_../x" },
      'EncoderSettings.OutputGroups has an output with the name modifier "_../x"; use letters, digits and "-".',
    ],
    [
      "renditions with different GOPs",
      "VideoDescriptions.0.CodecSettings.H264Settings",
      { GopSize: 2 },
      "EncoderSettings.VideoDescriptions must share one frame rate and GOP size, so that players can switch between " +
        "renditions.",
    ],
    [
      "a QVBR rendition without a maximum",
      "VideoDescriptions.0.CodecSettings.H264Settings",
      { MaxBitrate: null },
      "EncoderSettings.VideoDescriptions[0].CodecSettings.H264Settings.MaxBitrate is required.",
    ],
    [
      "a size of the wrong type",
      "VideoDescriptions.0",
      { Width: "1280" },
      "EncoderSettings.VideoDescriptions[0].Width must be a number.",
    ],
    [
      "a video description without a codec",
      "VideoDescriptions.0",
      { CodecSettings: null },
      "EncoderSettings.VideoDescriptions[0].CodecSettings is required.",
    ],
    [
      "a fixed value that differs",
      "VideoDescriptions.0.CodecSettings.H264Settings",
      { GopClosedCadence: 2 },
      "EncoderSettings.VideoDescriptions[0].CodecSettings.H264Settings.GopClosedCadence is 2; the local engine " +
        "supports 1.",
    ],
    [
      "a group without outputs",
      "OutputGroups.1",
      { Outputs: [] },
      'EncoderSettings.OutputGroups has a group "archive" without outputs.',
    ],
    [
      "a missing audio description",
      "",
      { AudioDescriptions: [] },
      'EncoderSettings.AudioDescriptions must include "audio", which an output uses.',
    ],
  ] as const) {
    it(`are rejected, naming the setting: ${what}`, () => {
      assert.throws(
        () => readEncoderSettings(settings((all) => Object.assign(path === "" ? all : at(all, path), value))),
        { code: "UnprocessableEntityException", message },
      );
    });
  }
});

import assert from "node:assert/strict";
import { AwsError } from "../../../../local/aws/errors.ts";
import { translate } from "../../../../local/aws/mediaconvert/translate.ts";

const sound = [
  {
    audioSourceName: "Audio Selector 1",
    codecSettings: {
      codec: "AAC",
      aacSettings: { bitrate: 128_000, codingMode: "CODING_MODE_2_0", sampleRate: 48_000 },
    },
  },
];
const h264 = {
  codec: "H_264",
  h264Settings: {
    rateControlMode: "QVBR",
    maxBitrate: 700_000,
    qvbrSettings: { qvbrQualityLevel: 7 },
    gopSize: 2,
    gopSizeUnits: "SECONDS",
    sceneChangeDetect: "DISABLED",
  },
};

/** The settings of a recording's job, as they are on the wire. */
function settings(): Record<string, unknown> & {
  inputs: Record<string, unknown>[];
  outputGroups: Record<string, Record<string, unknown>>[];
} {
  return {
    timecodeConfig: { source: "ZEROBASED" },
    inputs: [
      {
        fileInput: "s3://archive/main/20261122T180000/recording.000012.ts",
        timecodeSource: "ZEROBASED",
        audioSelectors: { "Audio Selector 1": { defaultSelection: "DEFAULT" } },
      },
    ],
    outputGroups: [
      {
        outputGroupSettings: {
          type: "HLS_GROUP_SETTINGS",
          hlsGroupSettings: { destination: "s3://vod/vod/main/hls/index", segmentLength: 2, minSegmentLength: 0 },
        },
        outputs: [
          {
            nameModifier: "_720p",
            containerSettings: { container: "M3U8", m3u8Settings: {} },
            videoDescription: { codecSettings: { codec: "PASSTHROUGH" } },
            audioDescriptions: sound,
          },
          {
            nameModifier: "_360p",
            containerSettings: { container: "M3U8", m3u8Settings: {} },
            videoDescription: { width: 640, height: 360, codecSettings: h264 },
            audioDescriptions: sound,
          },
        ],
      } as never,
      {
        outputGroupSettings: {
          type: "FILE_GROUP_SETTINGS",
          fileGroupSettings: { destination: "s3://vod/vod/main/recording" },
        },
        outputs: [
          {
            extension: "mp4",
            containerSettings: { container: "MP4", mp4Settings: {} },
            videoDescription: { codecSettings: { codec: "PASSTHROUGH" } },
            audioDescriptions: sound,
          },
        ],
      } as never,
      {
        outputGroupSettings: {
          type: "FILE_GROUP_SETTINGS",
          fileGroupSettings: { destination: "s3://vod/vod/main/posters/" },
        },
        outputs: [
          {
            extension: "jpg",
            containerSettings: { container: "RAW" },
            videoDescription: {
              width: 640,
              height: 360,
              codecSettings: {
                codec: "FRAME_CAPTURE",
                frameCaptureSettings: { framerateNumerator: 1, framerateDenominator: 2, maxCaptures: 100, quality: 80 },
              },
            },
          },
        ],
      } as never,
    ],
  };
}

describe("translating MediaConvert job settings", () => {
  it("returns the input, the outputs and their destinations", () => {
    const audio = { copy: false, bitrate: 128_000 };
    assert.deepEqual(translate(settings()), {
      input: { bucket: "archive", key: "main/20261122T180000/recording.000012.ts" },
      groups: [
        {
          type: "HLS_GROUP",
          bucket: "vod",
          prefix: "vod/main/hls/",
          output: {
            kind: "hls",
            base: "index",
            segmentSeconds: 2,
            renditions: [
              { modifier: "_720p", video: { copy: true }, audio },
              {
                modifier: "_360p",
                video: { copy: false, width: 640, height: 360, maxBitrate: 700_000, gopSeconds: 2 },
                audio,
              },
            ],
          },
        },
        {
          type: "FILE_GROUP",
          bucket: "vod",
          prefix: "vod/main/",
          output: { kind: "mp4", path: "recording.mp4", video: { copy: true }, audio },
        },
        // A destination that ends with a slash uses the input's name.
        {
          type: "FILE_GROUP",
          bucket: "vod",
          prefix: "vod/main/posters/",
          output: {
            kind: "frames",
            base: "recording.000012",
            width: 640,
            height: 360,
            everyMs: 2000,
            quality: 80,
            maxCaptures: 100,
          },
        },
      ],
    });
  });

  function refused(change: (job: ReturnType<typeof settings>) => void): string {
    const job = settings();
    change(job);
    try {
      translate(job);
    } catch (cause) {
      assert.ok(cause instanceof AwsError);
      assert.equal(cause.code, "BadRequestException");
      return cause.message;
    }
    return assert.fail("the settings were accepted");
  }

  it("rejects settings that MediaConvert rejects or this engine would not apply, naming their path", () => {
    const group = (job: ReturnType<typeof settings>, i: number) =>
      job.outputGroups[i] as unknown as {
        outputGroupSettings: { hlsGroupSettings: Record<string, unknown> };
        outputs: { nameModifier?: string; videoDescription: Record<string, unknown>; audioDescriptions: unknown[] }[];
      };
    assert.match(
      refused((job) => (job["esamSettings"] = {})),
      /^\/settings\/esamSettings: is not supported by the local engine$/,
    );
    assert.match(
      refused((job) => (job.inputs[0]!["fileInput"] = "https://example.com/a.mp4")),
      /^\/settings\/inputs\/0\/fileInput: must be an S3 URL: s3:/,
    );
    assert.match(
      refused((job) => (job.outputGroups = [])),
      /^\/settings\/outputGroups: must have at least 1 item$/,
    );
    assert.match(
      refused((job) => delete group(job, 0).outputGroupSettings.hlsGroupSettings["minSegmentLength"]),
      /minSegmentLength: is required/,
    );
    assert.match(
      refused((job) => (group(job, 0).outputs[1]!.nameModifier = "_720p")),
      /distinct name modifiers/,
    );
    assert.match(
      refused((job) => (group(job, 0).outputs[0]!.videoDescription["width"] = 640)),
      /PASSTHROUGH video cannot be scaled/,
    );
    assert.match(
      refused((job) => (group(job, 0).outputs[1]!.videoDescription["width"] = 641)),
      /width: must be a multiple of 2/,
    );
    assert.match(
      refused((job) => (job.inputs[0]!["audioSelectors"] = { "Audio Selector 2": { defaultSelection: "DEFAULT" } })),
      /no audio selector "Audio Selector 1"/,
    );
    assert.match(
      refused((job) => job.outputGroups.push(settings().outputGroups[1]!)),
      /two outputs would be written to s3:\/\/vod\/vod\/main\/recording\.mp4/,
    );
  });
});

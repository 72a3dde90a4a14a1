import assert from "node:assert/strict";
import { AwsError } from "../../../../local/aws/errors.ts";
import { translate } from "../../../../local/aws/mediaconvert/translate.ts";

const clipped = {
  fileInput: "s3://vod/vod/a/recording.mp4",
  timecodeSource: "ZEROBASED",
  inputClippings: [{ startTimecode: "01:00:05:07", endTimecode: "01:00:06:29" }],
  audioSelectors: { "Audio Selector 1": { defaultSelection: "DEFAULT" } },
};
const output = {
  extension: "mp4",
  containerSettings: { container: "MP4" },
  videoDescription: {
    width: 406,
    height: 720,
    codecSettings: {
      codec: "H_264",
      h264Settings: {
        rateControlMode: "QVBR",
        maxBitrate: 5_000_000,
        gopSize: 2,
        gopSizeUnits: "SECONDS",
        sceneChangeDetect: "DISABLED",
      },
    },
  },
  audioDescriptions: [
    { codecSettings: { codec: "AAC", aacSettings: { codingMode: "CODING_MODE_2_0", sampleRate: 48_000 } } },
  ],
};
const group = {
  outputGroupSettings: { type: "FILE_GROUP_SETTINGS", fileGroupSettings: { destination: "s3://vod/exports/one" } },
  outputs: [output],
};
const job = (inputs: object[], outputGroups: object[] = [group]): object => ({ inputs, outputGroups });

describe("translating MediaConvert jobs of several inputs and clips", () => {
  it("returns the parts in order, one for each clipping, with crops, and silence without an audio selector", () => {
    const { parts, groups } = translate(
      job([
        { ...clipped, inputClippings: [...clipped.inputClippings, { endTimecode: "00:00:00:09" }] },
        { fileInput: "s3://vod/vod/b/recording.mp4", crop: { x: 2, y: 0, width: 406, height: 720 } },
      ]),
    );
    const a = { bucket: "vod", key: "vod/a/recording.mp4" };
    assert.deepEqual(parts, [
      { address: a, from: { seconds: 3605, frames: 7 }, to: { seconds: 3606, frames: 29 }, hasSound: true },
      { address: a, to: { seconds: 0, frames: 9 }, hasSound: true },
      {
        address: { bucket: "vod", key: "vod/b/recording.mp4" },
        crop: { x: 2, y: 0, width: 406, height: 720 },
        hasSound: false,
      },
    ]);
    assert.deepEqual(groups, [
      {
        type: "FILE_GROUP",
        bucket: "vod",
        prefix: "exports/",
        output: {
          kind: "mp4",
          path: "one.mp4",
          video: { copy: false, width: 406, height: 720, maxBitrate: 5_000_000, gopSeconds: 2 },
          audio: { copy: false, bitrate: 96_000 },
        },
      },
    ]);
  });

  it("rejects, naming the setting, what MediaConvert rejects or this engine would do otherwise", () => {
    const clipping = (one: object): object => job([{ ...clipped, inputClippings: [one] }]);
    const copied = { ...output, videoDescription: { codecSettings: { codec: "PASSTHROUGH" } } };
    const cases: [object, RegExp][] = [
      [clipping({}), /^\/settings\/inputs\/0\/inputClippings\/0: needs a startTimecode/],
      [clipping({ startTimecode: "5.2" }), /^\/settings\/inputs\/0\/inputClippings\/0\/startTimecode/],
      [clipping({ startTimecode: "00:00:05;07" }), /^\/settings\/inputs\/0\/inputClippings\/0\/startTimecode/],
      [job([{ ...clipped, inputClippings: [] }]), /^\/settings\/inputs\/0\/inputClippings/],
      [job([{ ...clipped, timecodeSource: undefined }]), /^\/settings\/inputs\/0\/timecodeSource: must be ZEROBASED/],
      [job([{ ...clipped, timecodeSource: "SPECIFIEDSTART" }]), /^\/settings\/inputs\/0\/timecodeSource/],
      [job([{ ...clipped, crop: { x: 1, y: 0, width: 406, height: 720 } }]), /^\/settings\/inputs\/0\/crop\/x/],
      [job(Array.from({ length: 151 }, () => clipped)), /^\/settings\/inputs/],
      [
        job([clipped], [group, { ...group, outputs: [{ ...output, nameModifier: "_2" }] }]),
        /^\/settings\/outputGroups/,
      ],
      [job([clipped], [{ ...group, outputs: [copied] }]), /^\/settings\/outputGroups: a job with input clippings/],
    ];
    for (const [settings, message] of cases)
      assert.throws(
        () => translate(JSON.parse(JSON.stringify(settings))),
        (error) => error instanceof AwsError && error.code === "BadRequestException" && message.test(error.message),
        String(message),
      );
  });
});

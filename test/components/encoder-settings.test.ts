import assert from "node:assert/strict";
import fc from "fast-check";
import { encoderSettings, renditionWidth } from "../../components/encoder-settings.ts";

const ladder = [
  { name: "720p", height: 720, bitrate: 2_500_000 },
  { name: "360p", height: 360, bitrate: 700_000 },
];
const args = { ladder, frameRate: 30, segmentSeconds: 2, rolloverSeconds: 60 };

/** What a test looks at, without the wrappers that inputs may have. */
interface Settings {
  audioDescriptions: { name: string; audioSelectorName: string }[];
  videoDescriptions: {
    name: string;
    width: number;
    height: number;
    codecSettings: { h264Settings: Record<string, unknown> };
  }[];
  outputGroups: {
    name: string;
    outputGroupSettings: {
      hlsGroupSettings?: Record<string, unknown>;
      archiveGroupSettings?: Record<string, unknown>[];
    };
    outputs: {
      outputName: string;
      videoDescriptionName: string;
      audioDescriptionNames: string[];
      outputSettings: Record<string, Record<string, unknown>>;
    }[];
  }[];
}

function settingsOf(given: typeof args): Settings {
  return JSON.parse(JSON.stringify(encoderSettings(given))) as Settings;
}

describe("encoderSettings", () => {
  it("encodes each rendition once, with closed GOPs of exactly two seconds", () => {
    const { videoDescriptions } = settingsOf(args);
    assert.deepEqual(
      videoDescriptions.map(({ name, width, height }) => ({ name, width, height })),
      [
        { name: "video_720p", width: 1280, height: 720 },
        { name: "video_360p", width: 640, height: 360 },
      ],
    );
    const h264 = videoDescriptions[0]!.codecSettings.h264Settings;
    assert.deepEqual(
      {
        gopSize: h264["gopSize"],
        unit: h264["gopSizeUnits"],
        closed: h264["gopClosedCadence"],
        cut: h264["sceneChangeDetect"],
        rate: h264["framerateNumerator"],
        per: h264["framerateDenominator"],
        control: h264["framerateControl"],
      },
      { gopSize: 2, unit: "SECONDS", closed: 1, cut: "DISABLED", rate: 30, per: 1, control: "SPECIFIED" },
    );
    assert.deepEqual(
      { mode: h264["rateControlMode"], most: h264["maxBitrate"], buffer: h264["bufSize"] },
      { mode: "QVBR", most: 2_500_000, buffer: 5_000_000 },
    );
  });

  it("sends the whole ladder to the packager and pauses without input", () => {
    const group = settingsOf(args).outputGroups[0]!;
    const hls = group.outputGroupSettings.hlsGroupSettings!;
    assert.deepEqual(hls["destination"], { destinationRefId: "package" });
    assert.equal(hls["segmentLength"], 2);
    assert.equal(hls["inputLossAction"], "PAUSE_OUTPUT");
    assert.deepEqual(Object.keys((hls["hlsCdnSettings"] as object[])[0]!), ["hlsBasicPutSettings"]);
    assert.deepEqual(
      group.outputs.map((output) => [
        output.outputName,
        output.videoDescriptionName,
        output.outputSettings["hlsOutputSettings"]!["nameModifier"],
      ]),
      [
        ["720p", "video_720p", "_720p"],
        ["360p", "video_360p", "_360p"],
      ],
    );
  });

  it("archives the top rendition again, without another encode, in files named by number alone", () => {
    const { videoDescriptions, outputGroups } = settingsOf({ ...args, rolloverSeconds: 10 });
    const group = outputGroups[1]!;
    assert.deepEqual(group.outputGroupSettings.archiveGroupSettings, [
      { destination: { destinationRefId: "archive" }, rolloverInterval: 10 },
    ]);
    assert.equal(group.outputs.length, 1);
    const [output] = group.outputs;
    assert.equal(output!.videoDescriptionName, "video_720p");
    assert.equal(output!.outputSettings["archiveOutputSettings"]!["extension"], "ts");
    // A modifier would stand between the base name and the number.
    assert.equal("nameModifier" in output!.outputSettings["archiveOutputSettings"]!, false);
    assert.equal(videoDescriptions.length, 2);
  });

  it("never creates a GOP longer than a segment", () => {
    for (const [segmentSeconds, gop] of [
      [1, 1],
      [2, 2],
      [4, 2],
      [6, 2],
    ] as const) {
      assert.equal(
        settingsOf({ ...args, segmentSeconds }).videoDescriptions[0]!.codecSettings.h264Settings["gopSize"],
        gop,
      );
    }
  });

  it("refers only to existing descriptions, for any ladder", () => {
    const rung = fc.record({
      name: fc.stringMatching(/^[a-z0-9]{1,8}$/),
      height: fc.integer({ min: 72, max: 540 }).map((half) => 2 * half),
      bitrate: fc.integer({ min: 100_000, max: 20_000_000 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(rung, { minLength: 1, maxLength: 8, selector: ({ name }) => name }), (renditions) => {
        const { videoDescriptions, audioDescriptions, outputGroups } = settingsOf({ ...args, ladder: renditions });
        const videos = new Set(videoDescriptions.map(({ name }) => name));
        const sounds = new Set(audioDescriptions.map(({ name }) => name));
        const outputs = outputGroups.flatMap((group) => group.outputs);
        assert.equal(videos.size, renditions.length);
        assert.ok(
          outputs.every(
            (output) =>
              videos.has(output.videoDescriptionName) && output.audioDescriptionNames.every((name) => sounds.has(name)),
          ),
        );
        assert.equal(new Set(outputs.map(({ outputName }) => outputName)).size, outputs.length);
      }),
    );
  });

  it("refuses an empty ladder", () => {
    assert.throws(() => encoderSettings({ ...args, ladder: [] }), /needs at least one rendition/);
  });
});

describe("renditionWidth", () => {
  it("is 16:9 and even", () => {
    assert.deepEqual([1080, 720, 480, 360, 270, 234, 144].map(renditionWidth), [1920, 1280, 854, 640, 480, 416, 256]);
  });
});

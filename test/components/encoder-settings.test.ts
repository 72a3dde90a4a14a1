import assert from "node:assert/strict";
import fc from "fast-check";
import { encoderSettings, renditionWidth } from "../../components/encoder-settings.ts";

const ladder = [
  { name: "720p", height: 720, bitrate: 2_500_000 },
  { name: "360p", height: 360, bitrate: 700_000 },
];
const args = { ladder, frameRate: 30, rolloverSeconds: 60 };

/** What a test looks at. */
interface Settings {
  AudioDescriptions: { Name: string; AudioSelectorName: string }[];
  VideoDescriptions: {
    Name: string;
    Width: number;
    Height: number;
    CodecSettings: { H264Settings: Record<string, unknown> };
  }[];
  OutputGroups: {
    Name: string;
    OutputGroupSettings: {
      CmafIngestGroupSettings?: Record<string, unknown>;
      ArchiveGroupSettings?: Record<string, unknown>;
    };
    Outputs: {
      OutputName: string;
      VideoDescriptionName?: string;
      AudioDescriptionNames?: string[];
      OutputSettings: Record<string, Record<string, unknown>>;
    }[];
  }[];
}

function settingsOf(given: typeof args): Settings {
  return JSON.parse(JSON.stringify(encoderSettings(given))) as Settings;
}

describe("encoderSettings", () => {
  it("encodes each rendition once, with closed GOPs of exactly one second", () => {
    const { VideoDescriptions } = settingsOf(args);
    assert.deepEqual(
      VideoDescriptions.map(({ Name, Width, Height }) => ({ Name, Width, Height })),
      [
        { Name: "video_720p", Width: 1280, Height: 720 },
        { Name: "video_360p", Width: 640, Height: 360 },
      ],
    );
    assert.partialDeepStrictEqual(VideoDescriptions[0]!.CodecSettings.H264Settings, {
      GopSize: 1,
      GopSizeUnits: "SECONDS",
      GopClosedCadence: 1,
      SceneChangeDetect: "DISABLED",
      FramerateNumerator: 30,
      FramerateDenominator: 1,
      FramerateControl: "SPECIFIED",
      RateControlMode: "QVBR",
      MaxBitrate: 2_500_000,
      BufSize: 5_000_000,
    });
  });

  it("sends the whole ladder to the packager as CMAF in segments of one second, each track by itself", () => {
    const group = settingsOf(args).OutputGroups[0]!;
    assert.deepEqual(group.OutputGroupSettings, {
      CmafIngestGroupSettings: {
        Destination: { DestinationRefId: "package" },
        SegmentLength: 1,
        SegmentLengthUnits: "SECONDS",
      },
    });
    assert.deepEqual(group.Outputs, [
      {
        OutputName: "720p",
        VideoDescriptionName: "video_720p",
        OutputSettings: { CmafIngestOutputSettings: { NameModifier: "_720p" } },
      },
      {
        OutputName: "360p",
        VideoDescriptionName: "video_360p",
        OutputSettings: { CmafIngestOutputSettings: { NameModifier: "_360p" } },
      },
      {
        OutputName: "audio_track",
        AudioDescriptionNames: ["audio"],
        OutputSettings: { CmafIngestOutputSettings: { NameModifier: "_audio_track" } },
      },
    ]);
  });

  it("archives the top rendition again, without another encode, in files named by number alone", () => {
    const { VideoDescriptions, OutputGroups } = settingsOf({ ...args, rolloverSeconds: 10 });
    const group = OutputGroups[1]!;
    assert.deepEqual(group.OutputGroupSettings.ArchiveGroupSettings, {
      Destination: { DestinationRefId: "archive" },
      RolloverInterval: 10,
    });
    assert.equal(group.Outputs.length, 1);
    const [output] = group.Outputs;
    assert.equal(output!.VideoDescriptionName, "video_720p");
    assert.equal(output!.OutputSettings["ArchiveOutputSettings"]!["Extension"], "ts");
    // A modifier would stand between the base name and the number.
    assert.equal("NameModifier" in output!.OutputSettings["ArchiveOutputSettings"]!, false);
    assert.equal(VideoDescriptions.length, 2);
  });

  it("refers only to existing descriptions, for any ladder", () => {
    const rung = fc.record({
      name: fc.stringMatching(/^[a-z0-9]{1,8}$/),
      height: fc.integer({ min: 72, max: 540 }).map((half) => 2 * half),
      bitrate: fc.integer({ min: 100_000, max: 20_000_000 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(rung, { minLength: 1, maxLength: 8, selector: ({ name }) => name }), (renditions) => {
        const { VideoDescriptions, AudioDescriptions, OutputGroups } = settingsOf({ ...args, ladder: renditions });
        const videos = new Set(VideoDescriptions.map(({ Name }) => Name));
        const sounds = new Set(AudioDescriptions.map(({ Name }) => Name));
        const outputs = OutputGroups.flatMap((group) => group.Outputs);
        assert.equal(videos.size, renditions.length);
        assert.deepEqual(new Set(outputs.flatMap((output) => output.VideoDescriptionName ?? [])), videos);
        assert.deepEqual(new Set(outputs.flatMap((output) => output.AudioDescriptionNames ?? [])), sounds);
        assert.equal(new Set(outputs.map(({ OutputName }) => OutputName)).size, outputs.length);
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

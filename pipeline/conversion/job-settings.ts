import type { AudioDescription, JobSettings, Output, OutputGroup } from "@aws-sdk/client-mediaconvert";
import type { RecordingName } from "../../domain/ids.ts";
import { even, type FittedRung } from "../../domain/ladder.ts";
import { posterIntervalMs, vodPrefix } from "../../domain/vod-keys.ts";

/** What to convert. */
export interface Conversion {
  recording: RecordingName;
  /** The archive's object. */
  source: { bucket: string; key: string; hasAudio: boolean };
  /** Bucket of the results. */
  vodBucket: string;
  /** See `fitLadder`; the first is also the MP4's picture. */
  ladder: readonly FittedRung[];
}

/** Segments and GOPs: a clip is cut on them. */
const segmentSeconds = 2;
const posterWidth = 640;
const audioSelector = "Audio Selector 1";

/**
 * The MediaConvert job of a recording: an HLS ladder and an MP4, both with the source's own picture on top unless the
 * ladder says to encode it (https://docs.aws.amazon.com/mediaconvert/latest/ug/video-passthrough.html), and posters.
 * Every output has sound, as clips across recordings with different tracks would stop in players: MediaConvert inserts
 * silence for an input without an audio selector, and fails a job whose audio selector finds nothing.
 */
export function conversionSettings({ recording, source, vodBucket, ladder }: Conversion): JobSettings {
  const [top] = ladder;
  const destination = `s3://${vodBucket}/${vodPrefix(recording)}`;
  return {
    TimecodeConfig: { Source: "ZEROBASED" },
    Inputs: [
      {
        FileInput: `s3://${source.bucket}/${source.key}`,
        TimecodeSource: "ZEROBASED",
        VideoSelector: {},
        ...(source.hasAudio && { AudioSelectors: { [audioSelector]: { DefaultSelection: "DEFAULT" } } }),
      },
    ],
    OutputGroups: [
      {
        Name: "HLS",
        OutputGroupSettings: {
          Type: "HLS_GROUP_SETTINGS",
          HlsGroupSettings: {
            Destination: `${destination}hls/index`,
            SegmentLength: segmentSeconds,
            MinSegmentLength: 0,
            SegmentControl: "SEGMENTED_FILES",
            DirectoryStructure: "SINGLE_DIRECTORY",
            OutputSelection: "MANIFESTS_AND_SEGMENTS",
            ManifestDurationFormat: "FLOATING_POINT",
            ManifestCompression: "NONE",
            StreamInfResolution: "INCLUDE",
            CodecSpecification: "RFC_4281",
            ClientCache: "ENABLED",
            // MediaConvert could write the date of a timecode, but when a recording began is known only once it is
            // converted and has its place among its neighbours: the playlists of clips say it.
            ProgramDateTime: "EXCLUDE",
          },
        },
        Outputs: ladder.map((rung) => ({
          NameModifier: `_${rung.name}`,
          ContainerSettings: { Container: "M3U8", M3u8Settings: {} },
          VideoDescription: picture(rung),
          AudioDescriptions: [audio],
        })),
      },
      {
        Name: "MP4",
        OutputGroupSettings: {
          Type: "FILE_GROUP_SETTINGS",
          FileGroupSettings: { Destination: `${destination}recording` },
        },
        Outputs: [
          {
            Extension: "mp4",
            ContainerSettings: { Container: "MP4", Mp4Settings: { MoovPlacement: "PROGRESSIVE_DOWNLOAD" } },
            VideoDescription: top === undefined ? passedThrough : picture(top),
            AudioDescriptions: [audio],
          },
        ],
      },
      posters(`${destination}posters/poster`, top),
    ],
  } satisfies JobSettings;
}

const audio = {
  AudioSourceName: audioSelector,
  CodecSettings: { Codec: "AAC", AacSettings: { Bitrate: 128_000, CodingMode: "CODING_MODE_2_0", SampleRate: 48_000 } },
} satisfies AudioDescription;

const passedThrough = { CodecSettings: { Codec: "PASSTHROUGH" } } satisfies Output["VideoDescription"];

function picture(rung: FittedRung): Output["VideoDescription"] {
  if (rung.passthrough) return passedThrough;
  return {
    Width: rung.width,
    Height: rung.height,
    CodecSettings: {
      Codec: "H_264",
      H264Settings: {
        RateControlMode: "QVBR",
        MaxBitrate: rung.bitrate,
        QvbrSettings: { QvbrQualityLevel: 7 },
        QualityTuningLevel: "SINGLE_PASS_HQ",
        // Segments of all renditions begin together, each with a key frame that nothing before it is needed for.
        GopSize: segmentSeconds,
        GopSizeUnits: "SECONDS",
        GopClosedCadence: 1,
        SceneChangeDetect: "DISABLED",
        CodecProfile: "HIGH",
        FramerateControl: "INITIALIZE_FROM_SOURCE",
        ParControl: "INITIALIZE_FROM_SOURCE",
      },
    },
  };
}

function posters(destination: string, source: FittedRung | undefined): OutputGroup {
  const width = Math.min(posterWidth, even(source?.width ?? posterWidth));
  return {
    Name: "Posters",
    OutputGroupSettings: { Type: "FILE_GROUP_SETTINGS", FileGroupSettings: { Destination: destination } },
    Outputs: [
      {
        Extension: "jpg",
        ContainerSettings: { Container: "RAW" },
        VideoDescription: {
          Width: width,
          Height: source === undefined ? undefined : even((source.height * width) / source.width),
          CodecSettings: {
            Codec: "FRAME_CAPTURE",
            FrameCaptureSettings: {
              FramerateNumerator: 1,
              FramerateDenominator: posterIntervalMs / 1000,
              MaxCaptures: 10_000_000,
              Quality: 80,
            },
          },
        },
      },
    ],
  };
}

import type { EncoderSettings, OutputGroup, VideoDescription } from "@aws-sdk/client-medialive";

/** One rung of the live ladder. */
export interface Rendition {
  readonly name: string;
  /** Pixels; the width follows from 16:9. */
  readonly height: number;
  /** Bits per second, at most. */
  readonly bitrate: number;
}

export interface EncoderArgs {
  /** Highest first; the first is also archived. */
  ladder: readonly Rendition[];
  frameRate: number;
  /** Length of one archived recording. */
  rolloverSeconds: number;
}

/** Names by which the settings refer to the channel's destinations. */
export const packageDestination = "package";
export const archiveDestination = "archive";

/**
 * AWS recommends 1 s for low latency:
 * https://docs.aws.amazon.com/medialive/latest/ug/mediapackage-v2-low-latency.html
 */
const ingestSegmentSeconds = 1;

const audioSelector = "default";
const audioName = "audio";

/**
 * What a live channel does with its input: the ladder in H.264 and one AAC track, sent as CMAF to the packager; and the
 * ladder's top, encoded once, written again to the archive.
 * https://docs.aws.amazon.com/medialive/latest/apireference/channels.html
 */
export function encoderSettings(args: EncoderArgs): EncoderSettings {
  const [top] = args.ladder;
  if (top === undefined) throw new RangeError("A live channel needs at least one rendition. Add one to the ladder.");
  return {
    // Both pipelines of a STANDARD channel write the same timestamps, and recordings tell when they were taken.
    TimecodeConfig: { Source: "SYSTEMCLOCK" },
    AudioDescriptions: [
      {
        Name: audioName,
        AudioSelectorName: audioSelector,
        CodecSettings: {
          AacSettings: {
            Bitrate: 128_000,
            CodingMode: "CODING_MODE_2_0",
            Profile: "LC",
            RateControlMode: "CBR",
            SampleRate: 48_000,
            Spec: "MPEG4",
          },
        },
      },
    ],
    VideoDescriptions: args.ladder.map((rendition) => videoDescription(rendition, args)),
    OutputGroups: [packageGroup(args), archiveGroup(top, args)],
  };
}

/** Width of a 16:9 picture of this height, rounded to the even number that H.264 needs. */
export function renditionWidth(height: number): number {
  return 2 * Math.round((height * 16) / 9 / 2);
}

/**
 * GOPs as long as a segment of the ingest, closed, so that live segments and recordings can be cut between them without
 * encoding.
 */
function videoDescription(rendition: Rendition, { frameRate }: EncoderArgs): VideoDescription {
  return {
    Name: videoName(rendition),
    Width: renditionWidth(rendition.height),
    Height: rendition.height,
    RespondToAfd: "NONE",
    ScalingBehavior: "DEFAULT",
    CodecSettings: {
      H264Settings: {
        Profile: "HIGH",
        Level: "H264_LEVEL_AUTO",
        RateControlMode: "QVBR",
        QvbrQualityLevel: qualityLevel(rendition.height),
        MaxBitrate: rendition.bitrate,
        BufSize: 2 * rendition.bitrate,
        FramerateControl: "SPECIFIED",
        FramerateNumerator: frameRate,
        FramerateDenominator: 1,
        ParControl: "SPECIFIED",
        ParNumerator: 1,
        ParDenominator: 1,
        ScanType: "PROGRESSIVE",
        GopSize: ingestSegmentSeconds,
        GopSizeUnits: "SECONDS",
        GopClosedCadence: 1,
        GopNumBFrames: 2,
        GopBReference: "DISABLED",
        SceneChangeDetect: "DISABLED",
        AdaptiveQuantization: "AUTO",
        LookAheadRateControl: "MEDIUM",
        ColorMetadata: "INSERT",
        TimecodeInsertion: "PIC_TIMING_SEI",
      },
    },
  };
}

/**
 * Quality for a large screen, a computer or a phone:
 * https://docs.aws.amazon.com/medialive/latest/ug/video-encode-ratecontrol.html
 */
function qualityLevel(height: number): number {
  if (height >= 1080) return 8;
  return height >= 540 ? 7 : 6;
}

/**
 * CMAF ingest, one track an output, in segments of 1 s: what MediaPackage needs for low latency.
 * https://docs.aws.amazon.com/medialive/latest/ug/creating-cmafi-output-group.html
 */
function packageGroup({ ladder }: EncoderArgs): OutputGroup {
  return {
    Name: packageDestination,
    OutputGroupSettings: {
      CmafIngestGroupSettings: {
        Destination: { DestinationRefId: packageDestination },
        SegmentLength: ingestSegmentSeconds,
        SegmentLengthUnits: "SECONDS",
      },
    },
    Outputs: [
      ...ladder.map((rendition) => ({
        OutputName: rendition.name,
        VideoDescriptionName: videoName(rendition),
        OutputSettings: { CmafIngestOutputSettings: { NameModifier: `_${rendition.name}` } },
      })),
      // No rendition can have this name.
      {
        OutputName: "audio_track",
        AudioDescriptionNames: [audioName],
        OutputSettings: { CmafIngestOutputSettings: { NameModifier: "_audio_track" } },
      },
    ],
  };
}

/**
 * Files are named BASE.NNNNNN.ts: https://docs.aws.amazon.com/medialive/latest/ug/archive-about-destination-path.html
 */
function archiveGroup(top: Rendition, { rolloverSeconds }: EncoderArgs): OutputGroup {
  return {
    Name: archiveDestination,
    OutputGroupSettings: {
      ArchiveGroupSettings: {
        Destination: { DestinationRefId: archiveDestination },
        RolloverInterval: rolloverSeconds,
      },
    },
    Outputs: [
      {
        OutputName: "recording",
        VideoDescriptionName: videoName(top),
        AudioDescriptionNames: [audioName],
        OutputSettings: {
          ArchiveOutputSettings: {
            Extension: "ts",
            ContainerSettings: {
              M2tsSettings: {
                // Every recording has the same tracks, or clips across them stop in players.
                AbsentInputAudioBehavior: "ENCODE_SILENCE",
                AudioBufferModel: "ATSC",
                BufferModel: "MULTIPLEX",
                RateMode: "VBR",
                PcrControl: "PCR_EVERY_PES_PACKET",
              },
            },
          },
        },
      },
    ],
  };
}

/** How the input's sound is chosen: the first track, which RTMP has only one of. */
export const audioSelectors = [{ Name: audioSelector }];

function videoName(rendition: Rendition): string {
  return `video_${rendition.name}`;
}

import type { types } from "@pulumi/aws";

type EncoderSettings = types.input.medialive.ChannelEncoderSettings;
type VideoDescription = types.input.medialive.ChannelEncoderSettingsVideoDescription;
type OutputGroup = types.input.medialive.ChannelEncoderSettingsOutputGroup;

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
  segmentSeconds: number;
  /** Length of one archived recording. */
  rolloverSeconds: number;
}

/** Names by which the settings refer to the channel's destinations. */
export const packageDestination = "package";
export const archiveDestination = "archive";

const audioSelector = "default";
const audioName = "audio";

/**
 * What a live channel does with its input: the ladder in H.264 and one AAC track, put as HLS to the packager; and the
 * ladder's top, encoded once, written again to the archive.
 * https://docs.aws.amazon.com/medialive/latest/apireference/channels.html
 */
export function encoderSettings(args: EncoderArgs): EncoderSettings {
  const [top] = args.ladder;
  if (top === undefined) throw new RangeError("A live channel needs at least one rendition. Add one to the ladder.");
  return {
    // Both pipelines of a STANDARD channel write the same timestamps, and recordings tell when they were taken.
    timecodeConfig: { source: "SYSTEMCLOCK" },
    audioDescriptions: [
      {
        name: audioName,
        audioSelectorName: audioSelector,
        codecSettings: {
          aacSettings: {
            bitrate: 128_000,
            codingMode: "CODING_MODE_2_0",
            profile: "LC",
            rateControlMode: "CBR",
            sampleRate: 48_000,
            spec: "MPEG4",
          },
        },
      },
    ],
    videoDescriptions: args.ladder.map((rendition) => videoDescription(rendition, args)),
    outputGroups: [packageGroup(args), archiveGroup(top, args)],
  };
}

/** Width of a 16:9 picture of this height, rounded to the even number that H.264 needs. */
export function renditionWidth(height: number): number {
  return 2 * Math.round((height * 16) / 9 / 2);
}

/**
 * GOPs of exactly 2 s (1 s where segments are), closed, so that live segments and recordings can be cut between them
 * without encoding.
 */
function videoDescription(rendition: Rendition, { frameRate, segmentSeconds }: EncoderArgs): VideoDescription {
  return {
    name: videoName(rendition),
    width: renditionWidth(rendition.height),
    height: rendition.height,
    respondToAfd: "NONE",
    scalingBehavior: "DEFAULT",
    codecSettings: {
      h264Settings: {
        profile: "HIGH",
        level: "H264_LEVEL_AUTO",
        rateControlMode: "QVBR",
        qvbrQualityLevel: qualityLevel(rendition.height),
        maxBitrate: rendition.bitrate,
        bufSize: 2 * rendition.bitrate,
        framerateControl: "SPECIFIED",
        framerateNumerator: frameRate,
        framerateDenominator: 1,
        parControl: "SPECIFIED",
        parNumerator: 1,
        parDenominator: 1,
        scanType: "PROGRESSIVE",
        gopSize: Math.min(segmentSeconds, 2),
        gopSizeUnits: "SECONDS",
        gopClosedCadence: 1,
        gopNumBFrames: 2,
        gopBReference: "DISABLED",
        sceneChangeDetect: "DISABLED",
        adaptiveQuantization: "AUTO",
        lookAheadRateControl: "MEDIUM",
        colorMetadata: "INSERT",
        timecodeInsertion: "PIC_TIMING_SEI",
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

/** https://docs.aws.amazon.com/medialive/latest/ug/hls-example-mediapackage-v2.html */
function packageGroup({ ladder, segmentSeconds }: EncoderArgs): OutputGroup {
  return {
    name: packageDestination,
    outputGroupSettings: {
      hlsGroupSettings: {
        destination: { destinationRefId: packageDestination },
        hlsCdnSettings: [
          {
            hlsBasicPutSettings: {
              connectionRetryInterval: 1,
              filecacheDuration: 300,
              numRetries: 10,
              restartDelay: 15,
            },
          },
        ],
        mode: "LIVE",
        outputSelection: "MANIFESTS_AND_SEGMENTS",
        segmentLength: segmentSeconds,
        indexNSegments: 10,
        keepSegments: 21,
        programDateTime: "INCLUDE",
        programDateTimePeriod: segmentSeconds,
        // Without input, pause the playlist rather than show black.
        inputLossAction: "PAUSE_OUTPUT",
        tsFileMode: "SEGMENTED_FILES",
      },
    },
    outputs: ladder.map((rendition) => ({
      outputName: rendition.name,
      videoDescriptionName: videoName(rendition),
      audioDescriptionNames: [audioName],
      outputSettings: {
        hlsOutputSettings: {
          nameModifier: `_${rendition.name}`,
          hlsSettings: {
            standardHlsSettings: {
              audioRenditionSets: "program_audio",
              m3u8Settings: { audioFramesPerPes: 4, pcrControl: "PCR_EVERY_PES_PACKET" },
            },
          },
        },
      },
    })),
  };
}

/**
 * Files are named BASE.NNNNNN.ts: https://docs.aws.amazon.com/medialive/latest/ug/archive-about-destination-path.html
 */
function archiveGroup(top: Rendition, { rolloverSeconds }: EncoderArgs): OutputGroup {
  return {
    name: archiveDestination,
    outputGroupSettings: {
      archiveGroupSettings: [
        { destination: { destinationRefId: archiveDestination }, rolloverInterval: rolloverSeconds },
      ],
    },
    outputs: [
      {
        outputName: "recording",
        videoDescriptionName: videoName(top),
        audioDescriptionNames: [audioName],
        outputSettings: {
          archiveOutputSettings: {
            extension: "ts",
            containerSettings: {
              m2tsSettings: {
                // Every recording has the same tracks, or clips across them stop in players.
                absentInputAudioBehavior: "ENCODE_SILENCE",
                audioBufferModel: "ATSC",
                bufferModel: "MULTIPLEX",
                rateMode: "VBR",
                pcrControl: "PCR_EVERY_PES_PACKET",
              },
            },
          },
        },
      },
    ],
  };
}

/** How the input's sound is chosen: the first track, which RTMP has only one of. */
export const audioSelectors = [{ name: audioSelector }];

function videoName(rendition: Rendition): string {
  return `video_${rendition.name}`;
}

import { Type, type Static } from "typebox";
import { anything, closed } from "../../check.ts";

const text = Type.Optional(Type.String());
const positive = Type.Number({ exclusiveMinimum: 0 });
const maybePositive = Type.Optional(positive);
const optional = Type.Optional;

const destination = closed({ DestinationRefId: Type.String() });

const aac = closed({
  Bitrate: maybePositive,
  CodingMode: optional(Type.Enum(["CODING_MODE_2_0"])),
  InputType: optional(Type.Enum(["NORMAL"])),
  Profile: optional(Type.Enum(["LC"])),
  RateControlMode: anything,
  RawFormat: optional(Type.Enum(["NONE"])),
  SampleRate: optional(Type.Literal(48_000)),
  Spec: anything,
  VbrQuality: anything,
});

/**
 * Any value is accepted for the encoder's internal decisions and signalling, which may differ from AWS. Settings that a
 * viewer or the pipeline would notice are checked.
 */
const h264 = closed({
  AdaptiveQuantization: anything,
  Bitrate: maybePositive,
  BufFillPct: anything,
  BufSize: maybePositive,
  ColorMetadata: anything,
  EntropyEncoding: anything,
  FlickerAq: anything,
  FramerateControl: optional(Type.Enum(["SPECIFIED", "INITIALIZE_FROM_SOURCE"])),
  FramerateDenominator: maybePositive,
  FramerateNumerator: maybePositive,
  GopBReference: anything,
  GopClosedCadence: optional(Type.Literal(1)),
  GopNumBFrames: anything,
  GopSize: positive,
  GopSizeUnits: optional(Type.Enum(["SECONDS", "FRAMES"])),
  Level: anything,
  LookAheadRateControl: optional(Type.Enum(["LOW", "MEDIUM", "HIGH"])),
  MaxBitrate: maybePositive,
  MinIInterval: anything,
  NumRefFrames: anything,
  ParControl: anything,
  ParDenominator: optional(Type.Literal(1)),
  ParNumerator: optional(Type.Literal(1)),
  Profile: optional(Type.Enum(["BASELINE", "MAIN", "HIGH"])),
  QualityLevel: anything,
  QvbrQualityLevel: optional(Type.Number()),
  RateControlMode: optional(Type.Enum(["CBR", "VBR", "QVBR"])),
  ScanType: optional(Type.Enum(["PROGRESSIVE"])),
  SceneChangeDetect: optional(Type.Enum(["DISABLED"])),
  Softness: anything,
  SpatialAq: anything,
  SubgopLength: anything,
  Syntax: anything,
  TemporalAq: anything,
  TimecodeInsertion: optional(Type.Enum(["DISABLED", "PIC_TIMING_SEI"])),
});

const output = closed({
  OutputName: text,
  VideoDescriptionName: text,
  AudioDescriptionNames: optional(Type.Array(Type.String())),
  OutputSettings: optional(
    closed({
      CmafIngestOutputSettings: optional(closed({ NameModifier: text })),
      ArchiveOutputSettings: optional(
        closed({
          NameModifier: text,
          Extension: text,
          ContainerSettings: optional(closed({ M2tsSettings: anything })),
        }),
      ),
    }),
  ),
});

const audioDescription = closed({
  Name: Type.String(),
  AudioSelectorName: text,
  CodecSettings: optional(closed({ AacSettings: optional(aac) })),
});

const videoDescription = closed({
  Name: Type.String(),
  Width: positive,
  Height: positive,
  RespondToAfd: optional(Type.Enum(["NONE"])),
  ScalingBehavior: optional(Type.Enum(["DEFAULT"])),
  Sharpness: anything,
  CodecSettings: closed({ H264Settings: h264 }),
});

const outputGroup = closed({
  Name: text,
  Outputs: optional(Type.Array(output)),
  OutputGroupSettings: closed({
    CmafIngestGroupSettings: optional(
      closed({
        Destination: destination,
        // The packager receives fragments as they are encoded, and cuts segments of whole GOPs.
        SegmentLength: anything,
        SegmentLengthUnits: anything,
        SendDelayMs: anything,
      }),
    ),
    ArchiveGroupSettings: optional(
      closed({ Destination: destination, RolloverInterval: maybePositive, ArchiveCdnSettings: anything }),
    ),
  }),
});

/** The members of a channel's `encoderSettings` that the local encoder applies, or that have no effect here. */
export const EncoderSettingsSchema = closed({
  TimecodeConfig: optional(closed({ Source: anything, SyncThreshold: anything })),
  AudioDescriptions: optional(Type.Array(audioDescription)),
  VideoDescriptions: optional(Type.Array(videoDescription)),
  OutputGroups: optional(Type.Array(outputGroup)),
});

export type EncoderSettings = Static<typeof EncoderSettingsSchema>;
export type VideoDescription = Static<typeof videoDescription>;
export type OutputGroup = Static<typeof outputGroup>;
export type Output = Static<typeof output>;

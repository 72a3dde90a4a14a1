import { Type, type Static } from "typebox";
import { anything, closed } from "../../check.ts";

const text = Type.Optional(Type.String());
const positive = Type.Number({ exclusiveMinimum: 0 });
const maybePositive = Type.Optional(positive);
const optional = Type.Optional;

const destination = closed({ destinationRefId: Type.String() });

const aac = closed({
  bitrate: maybePositive,
  codingMode: optional(Type.Enum(["CODING_MODE_2_0"])),
  inputType: optional(Type.Enum(["NORMAL"])),
  profile: optional(Type.Enum(["LC"])),
  rateControlMode: anything,
  rawFormat: optional(Type.Enum(["NONE"])),
  sampleRate: optional(Type.Literal(48_000)),
  spec: anything,
  vbrQuality: anything,
});

/**
 * Any value is accepted for the encoder's internal decisions and signalling, which may differ from AWS. Settings that a
 * viewer or the pipeline would notice are checked.
 */
const h264 = closed({
  adaptiveQuantization: anything,
  bitrate: maybePositive,
  bufFillPct: anything,
  bufSize: maybePositive,
  colorMetadata: anything,
  entropyEncoding: anything,
  flickerAq: anything,
  framerateControl: optional(Type.Enum(["SPECIFIED", "INITIALIZE_FROM_SOURCE"])),
  framerateDenominator: maybePositive,
  framerateNumerator: maybePositive,
  gopBReference: anything,
  gopClosedCadence: optional(Type.Literal(1)),
  gopNumBFrames: anything,
  gopSize: positive,
  gopSizeUnits: optional(Type.Enum(["SECONDS", "FRAMES"])),
  level: anything,
  lookAheadRateControl: optional(Type.Enum(["LOW", "MEDIUM", "HIGH"])),
  maxBitrate: maybePositive,
  minIInterval: anything,
  numRefFrames: anything,
  parControl: anything,
  parDenominator: optional(Type.Literal(1)),
  parNumerator: optional(Type.Literal(1)),
  profile: optional(Type.Enum(["BASELINE", "MAIN", "HIGH"])),
  qualityLevel: anything,
  qvbrQualityLevel: optional(Type.Number()),
  rateControlMode: optional(Type.Enum(["CBR", "VBR", "QVBR"])),
  scanType: optional(Type.Enum(["PROGRESSIVE"])),
  sceneChangeDetect: optional(Type.Enum(["DISABLED"])),
  softness: anything,
  spatialAq: anything,
  subgopLength: anything,
  syntax: anything,
  temporalAq: anything,
  timecodeInsertion: optional(Type.Enum(["DISABLED", "PIC_TIMING_SEI"])),
});

const output = closed({
  outputName: text,
  videoDescriptionName: Type.String(),
  audioDescriptionNames: optional(Type.Array(Type.String())),
  outputSettings: optional(
    closed({
      hlsOutputSettings: optional(
        closed({
          nameModifier: text,
          segmentModifier: anything,
          h264PackagingType: anything,
          hlsSettings: optional(
            closed({
              standardHlsSettings: optional(closed({ audioRenditionSets: anything, m3u8Settings: anything })),
            }),
          ),
        }),
      ),
      archiveOutputSettings: optional(
        closed({
          nameModifier: text,
          extension: text,
          containerSettings: optional(closed({ m2tsSettings: anything })),
        }),
      ),
    }),
  ),
});

const audioDescription = closed({
  name: Type.String(),
  audioSelectorName: text,
  codecSettings: optional(closed({ aacSettings: optional(aac) })),
});

const videoDescription = closed({
  name: Type.String(),
  width: positive,
  height: positive,
  respondToAfd: optional(Type.Enum(["NONE"])),
  scalingBehavior: optional(Type.Enum(["DEFAULT"])),
  sharpness: anything,
  codecSettings: closed({ h264Settings: h264 }),
});

const outputGroup = closed({
  name: text,
  outputs: optional(Type.Array(output)),
  outputGroupSettings: closed({
    // Upload settings have no effect, because the packager receives fragments as they are encoded.
    hlsGroupSettings: optional(
      closed({
        destination,
        hlsCdnSettings: anything,
        mode: optional(Type.Enum(["LIVE"])),
        outputSelection: anything,
        segmentLength: anything,
        indexNSegments: anything,
        keepSegments: anything,
        programDateTime: anything,
        programDateTimePeriod: anything,
        inputLossAction: optional(Type.Enum(["PAUSE_OUTPUT", "EMIT_OUTPUT"])),
        tsFileMode: anything,
        manifestDurationFormat: anything,
        streamInfResolution: anything,
        codecSpecification: anything,
        minSegmentLength: anything,
      }),
    ),
    archiveGroupSettings: optional(
      Type.Array(closed({ destination, rolloverInterval: maybePositive, archiveCdnSettings: anything })),
    ),
  }),
});

/** The members of a channel's `encoderSettings` that the local encoder applies, or that have no effect here. */
export const EncoderSettingsSchema = closed({
  timecodeConfig: optional(closed({ source: anything, syncThreshold: anything })),
  audioDescriptions: optional(Type.Array(audioDescription)),
  videoDescriptions: optional(Type.Array(videoDescription)),
  outputGroups: optional(Type.Array(outputGroup)),
});

export type EncoderSettings = Static<typeof EncoderSettingsSchema>;
export type VideoDescription = Static<typeof videoDescription>;
export type OutputGroup = Static<typeof outputGroup>;
export type Output = Static<typeof output>;

import { Type, type Static } from "typebox";
import { anything, closed } from "../../check.ts";

const optional = Type.Optional;
const text = Type.String({ minLength: 1 });
const count = Type.Integer({ minimum: 1, maximum: 2_147_483_647 });
const size = optional(Type.Integer({ minimum: 32, maximum: 8192, multipleOf: 2 }));
const bitrate = Type.Integer({ minimum: 1000, maximum: 1_152_000_000 });

/** Not with a semicolon: this engine doesn't count in drop-frame timecodes. */
const timecode = Type.String({ pattern: "^([01]\\d|2[0-4]):[0-5]\\d:[0-5]\\d:[0-5]\\d$" });
const pixels = Type.Integer({ minimum: 0, maximum: 2_147_483_646, multipleOf: 2 });

const input = closed({
  fileInput: text,
  inputClippings: optional(
    Type.Array(closed({ startTimecode: optional(timecode), endTimecode: optional(timecode) }), { minItems: 1 }),
  ),
  crop: optional(
    closed({
      x: pixels,
      y: pixels,
      width: Type.Integer({ minimum: 2, maximum: 2_147_483_646, multipleOf: 2 }),
      height: Type.Integer({ minimum: 2, maximum: 2_147_483_646, multipleOf: 2 }),
    }),
  ),
  audioSelectors: optional(
    Type.Record(
      Type.String(),
      closed({
        defaultSelection: anything,
        offset: anything,
        programSelection: anything,
        selectorType: anything,
        tracks: anything,
      }),
    ),
  ),
  videoSelector: optional(closed({ colorSpace: anything, rotate: anything, programNumber: anything })),
  timecodeSource: optional(Type.Enum(["EMBEDDED", "ZEROBASED", "SPECIFIEDSTART"])),
  filterEnable: anything,
  deblockFilter: anything,
  denoiseFilter: anything,
  inputScanType: anything,
  psiControl: anything,
});

const h264 = closed({
  rateControlMode: Type.Enum(["QVBR", "CBR", "VBR"]),
  maxBitrate: optional(bitrate),
  bitrate: optional(bitrate),
  qvbrSettings: anything,
  gopSize: Type.Number({ exclusiveMinimum: 0 }),
  gopSizeUnits: Type.Enum(["SECONDS"]),
  gopClosedCadence: anything,
  gopBReference: anything,
  numberBFramesBetweenReferenceFrames: anything,
  numberReferenceFrames: anything,
  minIInterval: anything,
  // Segments of all renditions must start at the same times.
  sceneChangeDetect: Type.Enum(["DISABLED"]),
  codecProfile: anything,
  codecLevel: anything,
  qualityTuningLevel: anything,
  framerateControl: anything,
  parControl: anything,
  adaptiveQuantization: anything,
  spatialAdaptiveQuantization: anything,
  temporalAdaptiveQuantization: anything,
  flickerAdaptiveQuantization: anything,
  entropyEncoding: anything,
  interlaceMode: anything,
  dynamicSubGop: anything,
  hrdBufferSize: anything,
  slices: anything,
  syntax: anything,
  softness: anything,
  repeatPps: anything,
  unregisteredSeiTimecode: anything,
});

const videoDescription = closed({
  width: size,
  height: size,
  scalingBehavior: anything,
  sharpness: anything,
  antiAlias: anything,
  timecodeInsertion: anything,
  colorMetadata: anything,
  respondToAfd: anything,
  afdSignaling: anything,
  dropFrameTimecode: anything,
  codecSettings: closed({
    codec: Type.Enum(["H_264", "FRAME_CAPTURE", "PASSTHROUGH"]),
    h264Settings: optional(h264),
    frameCaptureSettings: optional(
      closed({
        framerateNumerator: count,
        framerateDenominator: count,
        maxCaptures: optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
        quality: optional(Type.Integer({ minimum: 1, maximum: 100 })),
      }),
    ),
    passthroughSettings: anything,
  }),
});

const audioDescription = closed({
  audioSourceName: optional(text),
  audioTypeControl: anything,
  codecSettings: closed({
    codec: Type.Enum(["AAC", "PASSTHROUGH"]),
    aacSettings: optional(
      closed({
        bitrate: optional(Type.Integer({ minimum: 6000, maximum: 1_024_000 })),
        codingMode: Type.Enum(["CODING_MODE_2_0"]),
        sampleRate: Type.Literal(48_000),
        codecProfile: anything,
        rateControlMode: anything,
        rawFormat: anything,
        specification: anything,
        audioDescriptionBroadcasterMix: anything,
      }),
    ),
  }),
  languageCodeControl: anything,
  streamName: anything,
  languageCode: anything,
});

const output = closed({
  nameModifier: optional(text),
  extension: optional(text),
  containerSettings: closed({ container: text, m3u8Settings: anything, mp4Settings: anything }),
  videoDescription: optional(videoDescription),
  // One audio track per output.
  audioDescriptions: optional(Type.Array(audioDescription, { minItems: 1, maxItems: 1 })),
  outputSettings: anything,
});

const outputGroup = closed({
  name: anything,
  customName: anything,
  outputGroupSettings: closed({
    type: Type.Enum(["HLS_GROUP_SETTINGS", "FILE_GROUP_SETTINGS"]),
    hlsGroupSettings: optional(
      closed({
        destination: text,
        segmentLength: count,
        minSegmentLength: Type.Unknown(),
        segmentControl: anything,
        directoryStructure: anything,
        manifestDurationFormat: anything,
        manifestCompression: anything,
        codecSpecification: anything,
        outputSelection: anything,
        programDateTime: anything,
        programDateTimePeriod: anything,
        streamInfResolution: anything,
        clientCache: anything,
        segmentLengthControl: anything,
        targetDurationCompatibilityMode: anything,
        timedMetadataId3Frame: anything,
        captionLanguageSetting: anything,
        minFinalSegmentLength: anything,
      }),
    ),
    fileGroupSettings: optional(closed({ destination: text })),
  }),
  outputs: Type.Array(output, { minItems: 1 }),
});

/** The `JobSettings` that this engine applies as written; `anything` has no effect on the result. */
export const JobSettingsSchema = closed({
  // https://docs.aws.amazon.com/mediaconvert/latest/ug/setting-up-an-assembly-workflow-job.html
  inputs: Type.Array(input, { minItems: 1, maxItems: 150 }),
  outputGroups: Type.Array(outputGroup, { minItems: 1 }),
  timecodeConfig: optional(closed({ source: anything })),
  adAvailOffset: anything,
});

/** A CreateJob request; its settings are checked separately. */
export const CreateJobSchema = closed({
  clientRequestToken: optional(text),
  queue: optional(Type.String()),
  role: text,
  settings: Type.Unknown(),
  userMetadata: optional(Type.Record(Type.String(), Type.String())),
  statusUpdateInterval: anything,
  priority: anything,
  tags: anything,
  billingTagsSource: anything,
  accelerationSettings: anything,
  simulateReservedQueue: anything,
});

export type Input = Static<typeof input>;
export type OutputGroup = Static<typeof outputGroup>;
export type Output = Static<typeof output>;
export type VideoDescription = Static<typeof videoDescription>;
export type H264Settings = Static<typeof h264>;
export type AudioDescription = Static<typeof audioDescription>;

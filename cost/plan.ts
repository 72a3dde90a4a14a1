import type { SpotlightConfig } from "../config.ts";
import { conversionSettings } from "../pipeline/conversion/job-settings.ts";
import { fitLadder, type FittedRung } from "../domain/ladder.ts";

/** What of the stack's configuration has a price. */
export type PricedConfig = Pick<
  SpotlightConfig,
  | "channels"
  | "channelClass"
  | "ladder"
  | "frameRate"
  | "rolloverSeconds"
  | "encodeAll"
  | "celebrities"
  | "shots"
  | "archiveRetentionDays"
  | "mediaRetentionDays"
  | "idleStopMinutes"
>;

/** A stream of pictures with sound. */
export interface Picture {
  /** Lines. */
  readonly height: number;
  /** Bits per second, at most. */
  readonly bitrate: number;
}

/** One output of a conversion job. `frames` are single pictures. */
export interface ConvertedOutput {
  readonly kind: "encode" | "passthrough" | "frames";
  /** Lines. */
  readonly height: number;
}

/** The parts of a system that cost money. */
export interface Plan {
  readonly channels: number;
  readonly channelClass: "SINGLE_PIPELINE" | "STANDARD";
  /** Whether the channels run all month, not only while someone streams. */
  readonly alwaysOn: boolean;
  readonly frameRate: number;
  /** Length of what low-latency players fetch, in seconds. */
  readonly partSeconds: number;
  /** Renditions that viewers get, highest first. */
  readonly ladder: readonly Picture[];
  /** Outputs of sound alone: CMAF ingest has one for the whole ladder. */
  readonly soundOutputs: number;
  /** Further outputs: the archive. */
  readonly archived: readonly Picture[];
  /** Length of a recording; each is one conversion job. */
  readonly recordingSeconds: number;
  readonly converted: readonly ConvertedOutput[];
  /** All that a converted recording is kept as, in bits per second of it. */
  readonly storedBitrate: number;
  /** Files that the conversion of one recording writes. */
  readonly filesPerRecording: number;
  /** Rekognition jobs for each recording. */
  readonly analyses: readonly ("faceSearch" | "celebrities" | "shots")[];
  /** GB-seconds of Lambda for each recorded hour, and for what. */
  readonly functions: readonly {
    readonly what: string;
    readonly architecture: "arm" | "x86";
    readonly gbSeconds: number;
    readonly invocations: number;
  }[];
  /** Clients that the stream of changes takes. */
  readonly streamClients: number;
  readonly archiveRetentionDays: number;
  readonly mediaRetentionDays: number;
  /** Whether functions are traced. */
  readonly traced: boolean;
  /** What is paid by the month, streaming or not. */
  readonly standing: {
    /** Metrics that alarms monitor. */
    readonly alarms: number;
    readonly dashboards: number;
    /** Metrics derived from logs. */
    readonly metrics: number;
    /** Queues that Lambda polls. */
    readonly polledQueues: number;
    /** Stream keys, one for each pipeline. */
    readonly secrets: number;
    /** Scheduled function calls per hour. */
    readonly timedCallsPerHour: number;
  };
}

export interface Choices {
  /** Whether anyone on the watch list has photos, so that faces are searched. */
  readonly photos: boolean;
}

/** Bits per second of the sound that every stream carries. */
export const audioBitrate = 128_000;

/** Assumed: a poster every two seconds of 40 kB. */
const posterBitrate = (40_000 * 8) / 2;

/**
 * This program as configured. A recording is what the archive holds, the ladder's top; its conversion is the very job
 * that `convert-recording` sends.
 */
export function spotlightPlan(config: PricedConfig, { photos }: Choices): Plan {
  const top = config.ladder[0];
  if (top === undefined) throw new RangeError("The ladder is empty; give it at least one rendition.");
  const fitted = fitLadder(
    config.ladder.map((rung) => ({ ...rung })),
    { width: Math.round((top.height * 16) / 9), height: top.height, bitrate: top.bitrate },
    { encodeAll: config.encodeAll },
  );
  const analyses = [
    ...(config.celebrities ? (["celebrities"] as const) : []),
    ...(photos ? (["faceSearch"] as const) : []),
    ...(config.shots && (photos || config.celebrities) ? (["shots"] as const) : []),
  ];
  const recordings = 3600 / config.rolloverSeconds;
  return {
    channels: config.channels.length,
    channelClass: config.channelClass,
    alwaysOn: false,
    frameRate: config.frameRate,
    // Assumed of MediaPackage: a third of the second that the encoder's segments last, as in the local packager.
    partSeconds: 1 / 3,
    ladder: config.ladder,
    soundOutputs: 1,
    archived: [top],
    recordingSeconds: config.rolloverSeconds,
    converted: convertedOutputs(fitted),
    // The ladder, the MP4 and the posters.
    storedBitrate: sum([...fitted, top].map(withSound)) + posterBitrate,
    filesPerRecording: fitted.length * (segmentsPerRecording(config) + 1) + 1 + 1 + segmentsPerRecording(config),
    analyses,
    // Assumed: each step takes a second in 512 MB, but reading results two seconds in 1 GB.
    functions: [
      {
        what: "the pipeline's functions",
        architecture: "arm",
        gbSeconds: recordings * (3 * 0.5 + 2 * analyses.length),
        invocations: recordings * (3 + analyses.length),
      },
    ],
    streamClients: 500,
    archiveRetentionDays: config.archiveRetentionDays,
    mediaRetentionDays: config.mediaRetentionDays,
    traced: true,
    standing: standingResources(config),
  };
}

/**
 * What the program has that is paid by the month, counted as CloudWatch bills: an alarm for each metric that it looks
 * at. A test counts the program's own resources.
 */
export function standingResources({
  channels,
  channelClass,
  idleStopMinutes,
}: Pick<PricedConfig, "channels" | "channelClass" | "idleStopMinutes">): Plan["standing"] {
  const pipelines = channelClass === "STANDARD" ? 2 : 1;
  const autoStop = idleStopMinutes > 0;
  return {
    alarms: alarmsOfStack + metricsOfChannelAlarms * pipelines * channels.length + (autoStop ? alarmsOfFunction : 0),
    dashboards: 1,
    metrics: 2,
    polledQueues: 4,
    secrets: pipelines * channels.length,
    timedCallsPerHour: callsPerHour.sweeper + (autoStop ? callsPerHour.autoStop : 0),
  };
}

/** Alarms that a stack has whatever its channels. */
const alarmsOfStack = 39;
/** Metrics of one pipeline that all alarms of a channel monitor. */
const metricsOfChannelAlarms = 6;
/** Of a function that keeps no failed events. */
const alarmsOfFunction = 2;
/** Every quarter of an hour, and every five minutes. */
const callsPerHour = { sweeper: 4, autoStop: 12 };

/**
 * The founding demo, so far as its settings are known: eight renditions up to 1080p for every clip, a Lambda function
 * of 10 GB that polls until a recording is recognised, a channel that is always on. What is not known of it is taken
 * from this program.
 */
export function foundingDemoPlan(config: PricedConfig): Plan {
  const ours = spotlightPlan(config, { photos: false });
  const lambdaGb = 10;
  return {
    ...ours,
    alwaysOn: true,
    // Not known; its price is assumed, which should not speak for this program.
    soundOutputs: 0,
    streamClients: 0,
    converted: appleLadder.map(({ height }) => ({ kind: "encode", height })),
    storedBitrate: sum(appleLadder.map(withSound)),
    filesPerRecording: appleLadder.length * (segmentsPerRecording(config) + 1) + 1,
    analyses: ["celebrities"],
    functions: [
      ...ours.functions,
      {
        what: "10 GB that poll while recognition works",
        architecture: "x86",
        gbSeconds: lambdaGb * 3600,
        invocations: 3600 / config.rolloverSeconds,
      },
    ],
    traced: false,
    standing: { alarms: 0, dashboards: 0, metrics: 0, polledQueues: 0, secrets: 0, timedCallsPerHour: 0 },
  };
}

/**
 * The eight lowest H.264 renditions of Apple's recommended ladder, the highest 1080p.
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 */
const appleLadder: readonly Picture[] = [
  { height: 1080, bitrate: 6_000_000 },
  { height: 720, bitrate: 4_500_000 },
  { height: 720, bitrate: 3_000_000 },
  { height: 540, bitrate: 2_000_000 },
  { height: 432, bitrate: 1_100_000 },
  { height: 432, bitrate: 730_000 },
  { height: 360, bitrate: 365_000 },
  { height: 234, bitrate: 145_000 },
];

/** The outputs of a conversion job, from its real settings. */
function convertedOutputs(ladder: readonly FittedRung[]): ConvertedOutput[] {
  const settings = conversionSettings({
    recording: { channel: "main", broadcast: "20261122T180000", number: 0 },
    source: { bucket: "archive", key: "recording.ts", hasAudio: true },
    vodBucket: "vod",
    ladder,
  });
  return (settings.OutputGroups ?? [])
    .flatMap(({ Outputs = [] }) => Outputs)
    .map(({ VideoDescription: video }) => {
      const codec = video?.CodecSettings?.Codec;
      const height = video?.Height ?? ladder[0]!.height;
      return {
        kind: codec === "PASSTHROUGH" ? "passthrough" : codec === "FRAME_CAPTURE" ? "frames" : "encode",
        height,
      };
    });
}

/** Bits per second of a rendition, pictures and sound. */
export function withSound({ bitrate }: Picture): number {
  return bitrate + audioBitrate;
}

/** Segments and posters are two seconds apart. */
function segmentsPerRecording({ rolloverSeconds }: PricedConfig): number {
  return Math.ceil(rolloverSeconds / 2);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

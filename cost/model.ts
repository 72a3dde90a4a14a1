import { audioBitrate, withSound, type Picture, type Plan } from "./plan.ts";
import type { PriceKey, PriceList } from "./prices.ts";

/**
 * Why a cost is paid: because the channel runs, someone streams, a recording is processed or kept, someone watches, or
 * at all.
 */
export type Cause = "running" | "streamed" | "recorded" | "kept" | "watched" | "idle" | "standing";

/** A quantity of one thing, at its price. */
export interface Line {
  readonly cause: Cause;
  /** In words. */
  readonly what: string;
  readonly price: PriceKey;
  /** In the price's unit. */
  readonly quantity: number;
  /** US dollars. */
  readonly usd: number;
}

export interface Usage {
  /** Hours a month that each channel is streamed to. */
  readonly hours: number;
  /** Hours a month that each channel runs on after its streams, until it is stopped. */
  readonly idleHours: number;
  /** Viewers at any time of those hours, all of them watching the highest rendition. */
  readonly viewers: number;
  /** What MediaConvert charges for encoding as these jobs ask for (H.264, QVBR, one pass). */
  readonly convertTier: "basic" | "professional";
}

export interface Month {
  /** For each hour streamed to one channel. */
  readonly hourly: readonly Line[];
  /** For the month, all channels. */
  readonly monthly: readonly Line[];
  /** US dollars of one streamed hour. */
  readonly hourUsd: number;
  /** US dollars of the month. */
  readonly usd: number;
}

/** A plan or usage that cannot be priced. The message says what to do. */
export class CostError extends Error {
  readonly code = "NO_PRICE";
  override readonly name = "CostError";
}

/** AWS's own month. */
export const hoursOfMonth = 730;
const daysOfMonth = hoursOfMonth / 24;

/** What `plan` costs, by list prices. @throws {CostError} if a price is missing or `usage` is not valid. */
export function costOfMonth(plan: Plan, usage: Usage, list: PriceList): Month {
  const { hours, idleHours } = usage;
  if (!(hours >= 0 && hours <= hoursOfMonth))
    throw new CostError(`--hours ${hours}: give 0 to ${hoursOfMonth} hours, the length of a month.`);
  if (!(idleHours >= 0 && idleHours <= hoursOfMonth - hours))
    throw new CostError(
      `--idle ${Math.round(60 * idleHours)}: give 0 to ${Math.round(60 * (hoursOfMonth - hours))} minutes, what ` +
        `${hours} streamed hours leave of a month.`,
    );
  if (!(usage.viewers >= 0)) throw new CostError(`--viewers ${usage.viewers}: give a number of viewers, 0 or more.`);
  checkPriced(plan);
  const line = (cause: Cause, what: string, price: PriceKey, quantity: number): Line => ({
    cause,
    what,
    price,
    quantity,
    usd: quantity * list.prices[price].usd,
  });

  const hourly = [
    ...encoding(plan, line),
    ...packaging(plan, line),
    ...conversion(plan, usage, line),
    ...recognition(plan, line),
    ...plumbing(plan, line),
    ...storage(plan, line),
    ...watching(plan, usage, line),
  ];
  const restHours = hoursOfMonth - hours;
  const stoppedHours = plan.channels * (plan.alwaysOn ? 0 : restHours - idleHours);
  // MediaLive's charges only. Black is not converted, and QVBR makes so little of it that packaging it is below a cent
  // an hour.
  const unusedHours = plan.channels * (plan.alwaysOn ? restHours : idleHours);
  const monthly = [
    line("idle", "channels that are stopped", "medialive.idle.channel", stoppedHours),
    line("idle", "their inputs", "medialive.idle.input", stoppedHours),
    ...hourly
      .filter(({ cause }) => cause === "running")
      .map(({ what, price, quantity }) => line("idle", `${what}, running unused`, price, quantity * unusedHours)),
    line("standing", "alarms", "cloudwatch.alarm", plan.standing.alarms),
    line("standing", "dashboard", "cloudwatch.dashboard", plan.standing.dashboards),
    line("standing", "stream keys", "secretsmanager.secret", plan.standing.secrets),
    line("standing", "metrics from logs", "cloudwatch.metric", plan.standing.metrics),
    // Lambda keeps five long polls of 20 s open on a queue that is empty.
    line("standing", "waiting for work", "sqs.request", plan.standing.polledQueues * 5 * ((hoursOfMonth * 3600) / 20)),
    // Assumed: a second in 512 MB each.
    line(
      "standing",
      "looking after recordings and channels",
      "lambda.arm",
      plan.standing.timedCallsPerHour * hoursOfMonth * 0.5,
    ),
  ].filter(({ quantity }) => quantity > 0);
  const hourUsd = total(hourly);
  return {
    hourly: hourly.filter(({ quantity }) => quantity > 0),
    monthly,
    hourUsd,
    usd: plan.channels * hours * hourUsd + total(monthly),
  };
}

/** US dollars of all lines, or of one cause's. */
export function total(lines: readonly Line[], ...causes: Cause[]): number {
  return lines
    .filter(({ cause }) => causes.length === 0 || causes.includes(cause))
    .reduce((sum, { usd }) => sum + usd, 0);
}

/** Up to how many streamed hours a month `plan` costs at most half of `other`; 0 where it never does. */
export function halfUntilHours(plan: Plan, other: Plan, usage: Omit<Usage, "hours">, list: PriceList): number {
  // Both costs are straight lines over the hours, so two points give each.
  const some = (hoursOfMonth - usage.idleHours) / 2;
  if (some === 0) return 0;
  const line = (of: Plan): { start: number; slope: number } => {
    const at = (hours: number): number => costOfMonth(of, { ...usage, hours }, list).usd;
    return { start: at(0), slope: (at(some) - at(0)) / some };
  };
  const [ours, theirs] = [line(plan), line(other)];
  const start = theirs.start / 2 - ours.start;
  if (start < 0) return 0;
  const slope = ours.slope - theirs.slope / 2;
  return slope <= 0 ? hoursOfMonth : Math.min(hoursOfMonth, start / slope);
}

type MakeLine = (cause: Cause, what: string, price: PriceKey, quantity: number) => Line;

/** The boundary of AWS's classes, for MediaLive and MediaConvert alike: SD has less than 720 lines. */
function definition({ height }: { height: number }): "hd" | "sd" {
  return height >= 720 ? "hd" : "sd";
}

/** The list has AVC up to 1080 lines, 10 Mbit/s and 30 frames/s. */
function checkPriced(plan: Plan): void {
  if (plan.frameRate > 30)
    throw new CostError(
      `cost/prices.json has no prices for ${plan.frameRate} frames/s, only for up to 30; add them from AWS's ` +
        "pages, or ask with --config frameRate=30.",
    );
  for (const { bitrate } of [...plan.ladder, ...plan.archived]) {
    if (bitrate > 10_000_000)
      throw new CostError(
        `cost/prices.json has no prices for ${bitrate / 1e6} Mbit/s, only for up to 10; add them from AWS's ` +
          "pages, or ask with another ladder.",
      );
  }
}

/**
 * Each output is charged, even if it shares its encode with another:
 * https://docs.aws.amazon.com/medialive/latest/ug/pricing.html
 */
function encoding(plan: Plan, line: MakeLine): Line[] {
  const pipelines = plan.channelClass === "STANDARD" ? "standard" : "single";
  const outputs = (pictures: readonly Picture[], of: "hd" | "sd"): number =>
    pictures.filter((picture) => definition(picture) === of).length;
  return [
    line("running", "input", `medialive.input.${pipelines}`, 1),
    line("running", "live renditions, HD", `medialive.output.hd.${pipelines}`, outputs(plan.ladder, "hd")),
    line("running", "live renditions, SD", `medialive.output.sd.${pipelines}`, outputs(plan.ladder, "sd")),
    line("running", "sound, an output of its own", `medialive.output.sound.${pipelines}`, plan.soundOutputs),
    line("running", "archive, HD", `medialive.output.hd.${pipelines}`, outputs(plan.archived, "hd")),
    line("running", "archive, SD", `medialive.output.sd.${pipelines}`, outputs(plan.archived, "sd")),
  ];
}

function packaging(plan: Plan, line: MakeLine): Line[] {
  const pipelines = plan.channelClass === "STANDARD" ? 2 : 1;
  return [
    line("streamed", "ladder, put to the packager", "mediapackage.ingest", pipelines * gigabytes(ladderBitrate(plan))),
  ];
}

/**
 * Every output is charged by its own minutes, 10 seconds at least, an HD one twice. Passed-through pictures and posters
 * are counted like encoded ones: AWS's page names no lower price for them.
 */
function conversion(plan: Plan, { convertTier }: Usage, line: MakeLine): Line[] {
  const minutes = (recordingsPerHour(plan) * Math.max(plan.recordingSeconds, 10)) / 60;
  const multiplied = (of: readonly Plan["converted"][number][]): number =>
    of.reduce((sum, output) => sum + (definition(output) === "hd" ? 2 : 1), 0) * minutes;
  const kinds = {
    encode: "renditions, encoded",
    passthrough: "top rendition and MP4, passed through",
    frames: "posters",
  } as const;
  return (["encode", "passthrough", "frames"] as const).map((kind) =>
    line(
      "recorded",
      kinds[kind],
      `mediaconvert.${convertTier}`,
      multiplied(plan.converted.filter((output) => output.kind === kind)),
    ),
  );
}

function recognition(plan: Plan, line: MakeLine): Line[] {
  const what = {
    celebrities: "looking for celebrities",
    faceSearch: "looking for people with photos",
    shots: "looking for cuts",
  } as const;
  return plan.analyses.map((analysis) => line("recorded", what[analysis], `rekognition.${analysis}`, 60));
}

/** What moves a recording along. The numbers for one recording are assumed, and generously: together they are cents. */
function plumbing(plan: Plan, line: MakeLine): Line[] {
  const recordings = recordingsPerHour(plan);
  const invocations = plan.functions.reduce((sum, each) => sum + each.invocations, 0);
  return [
    ...plan.functions.map(({ what, architecture, gbSeconds }) =>
      line("recorded", what, `lambda.${architecture}`, gbSeconds),
    ),
    line("recorded", "calls of functions", "lambda.request", invocations),
    line("recorded", "traces", "xray.trace", plan.traced ? invocations : 0),
    // Through two queues: sent, received and deleted.
    line("recorded", "messages sent, received, deleted", "sqs.request", 2 * 3 * recordings),
    line("recorded", "analyses announced", "sns.publish", plan.analyses.length * recordings),
    line("recorded", "catalogue writes, indexes too", "dynamodb.write", 60 * recordings),
    line("recorded", "catalogue reads", "dynamodb.read", 40 * recordings),
    line("recorded", "20 kB a recording", "logs.ingest", (20_000 * recordings) / 1e9),
  ];
}

/**
 * A recording is kept twice: as archived, and converted; each until its retention is over. Two pipelines archive the
 * same, of which one is converted.
 */
function storage(plan: Plan, line: MakeLine): Line[] {
  const pipelines = plan.channelClass === "STANDARD" ? 2 : 1;
  const archived = pipelines * plan.archived.reduce((sum, picture) => sum + gigabytes(withSound(picture)), 0);
  const parts = Math.ceil((archived * 1000) / 5);
  return [
    line("recorded", "files written", "s3.put", recordingsPerHour(plan) * plan.filesPerRecording + parts),
    line(
      "kept",
      `archive, ${plan.archiveRetentionDays} days`,
      "s3.storage",
      archived * (plan.archiveRetentionDays / daysOfMonth),
    ),
    line(
      "kept",
      `converted recordings, ${plan.mediaRetentionDays} days`,
      "s3.storage",
      gigabytes(plan.storedBitrate) * (plan.mediaRetentionDays / daysOfMonth),
    ),
  ];
}

/**
 * Viewers of the live picture. In each part's time, a player of low-latency HLS waits for a playlist and fetches a
 * part, of the picture and of the sound. The distribution fetches every track once, and each regional cache asks Origin
 * Shield for every track once.
 */
function watching(plan: Plan, { viewers }: Usage, line: MakeLine): Line[] {
  const top = plan.ladder[0];
  if (viewers === 0 || top === undefined) return [];
  const watched = viewers * gigabytes(withSound(top));
  const requestsOfTrack = 2 * (3600 / plan.partSeconds);
  const requests = viewers * 2 * requestsOfTrack;
  const clients = Math.min(viewers, plan.streamClients);
  const requestsOfCaches = otherCaches * (plan.ladder.length + 1) * requestsOfTrack;
  return [
    line("watched", "from the packager", "mediapackage.origination", missed(watched, gigabytes(ladderBitrate(plan)))),
    line("watched", "to viewers", "cloudfront.transfer", watched),
    line("watched", "their requests", "cloudfront.request", requests),
    line("watched", "through Origin Shield", "cloudfront.shield", missed(requests, requestsOfCaches)),
    line("watched", "connections to the stream of changes", "apigateway.connection", clients * 60),
    line("watched", "changes told", "apigateway.message", clients * changesOfRecording * recordingsPerHour(plan)),
  ];
}

/** Assumed: each state of a recording, and two clips. */
const changesOfRecording = 6;

/** Assumed: regional caches that viewers use beside Origin Shield's own, whose requests are free. */
const otherCaches = 3;

/** How much of `all` the caches don't answer: what each must fetch `once`; or 1 %, where that is more. */
function missed(all: number, once: number): number {
  return Math.min(all, Math.max(once, all / 100));
}

function recordingsPerHour({ recordingSeconds }: Plan): number {
  return 3600 / recordingSeconds;
}

/** CMAF ingest carries the sound once, beside the pictures. */
function ladderBitrate({ ladder }: Plan): number {
  return ladder.reduce((sum, { bitrate }) => sum + bitrate, audioBitrate);
}

/** Gigabytes of one hour at `bitrate` bits per second. */
function gigabytes(bitrate: number): number {
  return (bitrate * 3600) / 8 / 1e9;
}

import {
  CreateJobCommand,
  MediaConvertClient,
  MediaConvertServiceException,
  ProbeCommand,
} from "@aws-sdk/client-mediaconvert";
import type { Catalogue } from "../catalogue/index.ts";
import { conversionSettings } from "../pipeline/conversion/job-settings.ts";
import type { Failure } from "../domain/failure.ts";
import { fitLadder, type Rung } from "../domain/ladder.ts";
import type { Recording } from "../domain/model.ts";
import { hasNoInput } from "../domain/no-input.ts";
import { recordingId } from "../domain/ids.ts";
import { placeRecording } from "../domain/placement.ts";
import { isStandby, mayBeNeeded } from "../domain/standby.ts";
import { timeOfDay } from "../domain/timecode.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf, parseFields } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { conversionLetter, requestToken } from "../pipeline/request-token.ts";
import { jsonSetting, setting, SettingError } from "../pipeline/runtime/settings.ts";
import { sqsBatch, type SqsBatchResponse, type SqsEvent } from "../pipeline/runtime/sqs-batch.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/** What the handler works with. */
export interface ConvertRecordingDeps {
  catalogue: Catalogue;
  mediaConvert: MediaConvertClient;
  vodBucket: string;
  /** The stack's MediaConvert queue. */
  queueArn: string;
  /** What MediaConvert reads and writes buckets as. */
  roleArn: string;
  ladder: Rung[];
  /** Whether nothing is passed through, not even the source's own picture. */
  encodeAll: boolean;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: StepLog;
}

/** Something about the recording itself that no further try would change. */
class UnusableRecording extends Error {
  override readonly name = "UnusableRecording";
}

/** A picture of the source, as Probe found it. */
interface Source {
  width: number;
  height: number;
  bitrate: number | undefined;
  hasAudio: boolean;
  durationMs: number | undefined;
  /** Time of day (UTC) of the first frame, milliseconds, if the recording's timecode tells. */
  timeOfDayMs: number | undefined;
}

/**
 * Starts the conversion of each queued recording. A recording that can't be converted (no video, a damaged file) is
 * noted as failed and its message is done, and so is one of a time without input, which is idle: MediaLive archives
 * black while nobody streams. A second pipeline's is converted only where the first had no input. Anything that may
 * pass (throttling, a service that is away, a missing permission) leaves the message to the queue, which delivers it
 * again and finally moves it to its dead-letter queue.
 */
export function createHandler(deps: ConvertRecordingDeps): (event: SqsEvent) => Promise<SqsBatchResponse> {
  const { catalogue, mediaConvert, vodBucket, queueArn, roleArn, ladder, encodeAll, now, log } = deps;

  /**
   * Notes a recording of nothing, or of nothing that the first pipeline's don't show. When in doubt, it is none, and
   * neither is one that an editor wants converted.
   */
  async function isIdle(recording: Recording, { durationMs, timeOfDayMs }: Source): Promise<boolean> {
    if (recording.attempt > 0 || durationMs === undefined) return false;
    const { number } = recording;
    const archivedAtMs = Date.parse(recording.archivedAt);
    const place = placeRecording({ number, archivedAtMs, durationMs, timeOfDayMs }, {});
    const noInput = await catalogue.channels.noInput(recording.channel, isStandby(number) ? "1" : "0");
    const isNothing = noInput !== undefined && hasNoInput(place, noInput, now());
    if (!isNothing && !(isStandby(number) && (await isSpare(recording, place)))) return false;
    await catalogue.recordings.idle(recording.id, place);
    log.info("recording-idle", isNothing ? { noInputSince: new Date(noInput.fromMs).toISOString() } : { spare: true });
    return true;
  }

  /** Whether the first pipeline recorded the same. */
  async function isSpare(
    { channel, broadcast }: Recording,
    place: { startMs: number; durationMs: number },
  ): Promise<boolean> {
    const [first, noInput] = await Promise.all([
      catalogue.recordings.get(recordingId({ channel, broadcast, number: 0 })),
      catalogue.channels.noInput(channel, "0"),
    ]);
    const start = first && (first.start ? Date.parse(first.start) : Date.parse(first.archivedAt) - place.durationMs);
    return !mayBeNeeded(place, { startMs: start, noInput });
  }

  async function convert(recording: Recording): Promise<void> {
    const source = await probe(mediaConvert, recording);
    if (await isIdle(recording, source)) return;
    const rungs = fitLadder(ladder, source, { encodeAll });
    const { Job } = await mediaConvert.send(
      new CreateJobCommand({
        ClientRequestToken: requestToken(recording, conversionLetter),
        Queue: queueArn,
        Role: roleArn,
        StatusUpdateInterval: "SECONDS_60",
        UserMetadata: { channel: recording.channel, broadcast: recording.broadcast, recording: recording.id },
        Settings: conversionSettings({
          recording,
          source: { bucket: recording.bucket, key: recording.key, hasAudio: source.hasAudio },
          vodBucket,
          ladder: rungs,
        }),
      }),
    );
    if (Job?.Id === undefined) throw new Error("MediaConvert answered CreateJob without a job");
    const planned = rungs.map(({ name, width, height, bitrate }) => ({ name, width, height, bitrate }));
    await catalogue.recordings.converting(recording.id, Job.Id, planned, source.timeOfDayMs);
    log.info("conversion-started", { job: Job.Id, renditions: planned.map(({ name }) => name) });
  }

  async function take(body: string): Promise<void> {
    const id = parseFields(body, "message").text("recording");
    log.about(id);
    const recording = await catalogue.recordings.get(id);
    if (recording === undefined) {
      if (!(await catalogue.recordings.wasDeleted(id))) throw new Error(`The catalogue has no recording "${id}"`);
      log.info("recording-deleted");
      return;
    }
    if (recording.state !== "archived") {
      log.info("conversion-known", { state: recording.state });
      return;
    }
    try {
      await convert(recording);
    } catch (error) {
      const failure = permanentFailure(error);
      if (failure === undefined) throw error;
      const reason = `${failure.reason} (s3://${recording.bucket}/${recording.key})`;
      await catalogue.recordings.failed(id, { ...failure, reason });
      log.error("conversion-impossible", error);
    }
  }

  return sqsBatch(log, "conversion-postponed", take);
}

async function probe(mediaConvert: MediaConvertClient, { bucket, key }: Recording): Promise<Source> {
  const { ProbeResults } = await mediaConvert.send(
    new ProbeCommand({ InputFiles: [{ FileUrl: `s3://${bucket}/${key}` }] }),
  );
  const { Tracks: tracks = [], StartTimecode: timecode, Duration: seconds } = ProbeResults?.[0]?.Container ?? {};
  const video = tracks.find(({ TrackType }) => TrackType === "video");
  const { Width: width, Height: height, BitRate: bitrate, FrameRate } = video?.VideoProperties ?? {};
  if (video === undefined || !width || !height) throw new UnusableRecording("The recording has no video");
  if (video.Codec !== undefined && video.Codec !== "AVC") {
    throw new UnusableRecording(`The recording's video is ${video.Codec}; the archive must be H.264 (AVC)`);
  }
  return {
    width,
    height,
    bitrate: bitrate === undefined || bitrate <= 0 ? undefined : bitrate,
    durationMs: seconds === undefined ? undefined : Math.round(seconds * 1000),
    hasAudio: tracks.some(({ TrackType }) => TrackType === "audio"),
    timeOfDayMs:
      timecode === undefined
        ? undefined
        : timeOfDay(timecode, (FrameRate?.Numerator ?? 0) / (FrameRate?.Denominator || 1)),
  };
}

/** Why trying again would not help; `undefined` when it might. */
function permanentFailure(error: unknown): Failure | undefined {
  if (error instanceof UnusableRecording) return { kind: "no-video", reason: error.message };
  if (!(error instanceof MediaConvertServiceException) || /throttl/i.test(error.name)) return undefined;
  // Bad request, not found, unprocessable; 403 and 429 pass once permissions and load are fixed.
  const refused = [400, 404, 422].includes(error.$metadata.httpStatusCode ?? 0);
  if (!refused) return undefined;
  return { kind: "conversion", reason: `MediaConvert can't convert the recording: ${error.message}` };
}

/** The ladder in the environment. Throws `SettingError`. */
function ladderSetting(): Rung[] {
  const value = jsonSetting("LADDER");
  if (!Array.isArray(value)) throw new SettingError("The function's environment variable LADDER must be a list");
  return value.map((item, index) => {
    const rung = fieldsOf(item, `LADDER[${index}]`);
    return { name: rung.text("name"), height: rung.number("height"), bitrate: rung.number("bitrate") };
  });
}

/** Lambda entry point: the conversion queue. */
export const handler = entryPoint("convert-recording", (log) =>
  createHandler({
    catalogue: openCatalogue(),
    mediaConvert: new MediaConvertClient(),
    vodBucket: setting("VOD_BUCKET"),
    queueArn: setting("MEDIACONVERT_QUEUE_ARN"),
    roleArn: setting("MEDIACONVERT_ROLE_ARN"),
    ladder: ladderSetting(),
    encodeAll: setting("ENCODE_ALL") === "true",
    now: Date.now,
    log,
  }),
);

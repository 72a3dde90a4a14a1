import type { Catalogue, Converted } from "../catalogue/index.ts";
import type { FailureKind } from "../domain/failure.ts";
import type { Recording } from "../domain/model.ts";
import { mp4Key } from "../domain/vod-keys.ts";
import { conversionResult } from "../pipeline/conversion/result.ts";
import { DetectorError, type Detector } from "../pipeline/detectors/detector.ts";
import { openDetectors } from "../pipeline/detectors/open-detectors.ts";
import { requestToken } from "../pipeline/request-token.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { EventError, parseFields, type Fields } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { setting } from "../pipeline/runtime/settings.ts";
import { sqsBatch, type SqsBatchResponse, type SqsEvent } from "../pipeline/runtime/sqs-batch.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/** What the handler works with. */
export interface FindPeopleDeps {
  catalogue: Catalogue;
  detectors: readonly Detector[];
  vodBucket: string;
  /** Where detectors report that a job ended, and the role that they report with. */
  topicArn: string;
  roleArn: string;
  log: StepLog;
}

/**
 * Takes each conversion that ended (a `JobStateChangeEvent`) from the queue: stores what it produced, makes the clips
 * of marks that it shows, and starts the detectors that have something to look for. Without any, the recording is done.
 * A failed conversion is stored with MediaConvert's own message.
 *
 * Rekognition runs only so many jobs of an account at once and refuses more (`LimitExceededException`). Like anything
 * else that may pass, that leaves the message to the queue, and only the detectors that are missing start next time.
 */
export function createHandler(deps: FindPeopleDeps): (event: SqsEvent) => Promise<SqsBatchResponse> {
  const { catalogue, detectors, log } = deps;
  const { recordings } = catalogue;

  async function take(body: string): Promise<void> {
    const detail = parseFields(body, "event").fields("detail");
    const id = detail.fields("userMetadata").text("recording");
    log.about(id);
    const job = detail.text("jobId");
    const recording = await recordings.get(id);
    if (recording === undefined) {
      if (!(await recordings.wasDeleted(id))) throw new EventError(`The catalogue has no recording "${id}"`);
      log.info("recording-deleted", { job });
      return;
    }
    if (recording.conversion !== undefined && recording.conversion !== job) {
      // A job of an earlier attempt.
      log.info("conversion-superseded", { job });
      return;
    }
    switch (detail.text("status")) {
      case "ERROR":
        return fail(id, "conversion", `MediaConvert could not convert the recording: ${errorOf(detail)}`);
      case "COMPLETE":
        return complete(recording, detail);
      default:
        log.info("conversion-event-ignored", { status: detail.text("status") });
    }
  }

  async function complete(before: Recording, detail: Fields): Promise<void> {
    let recording = before;
    if (recording.state === "archived" || recording.state === "converting") {
      let result: Converted;
      try {
        result = conversionResult(detail, recording.renditions);
      } catch (error) {
        if (!(error instanceof EventError)) throw error;
        return fail(recording.id, "conversion", `MediaConvert's result can't be played: ${error.message}`);
      }
      recording = await recordings.converted(recording.id, result);
      log.info("recording-converted", { durationMs: recording.durationMs, start: recording.start });
      await catalogue.marks.recorded(recording);
      const watchList = await catalogue.people.list();
      const wanted = detectors.filter((detector) => detector.isWanted(watchList));
      if (wanted.length === 0) {
        await recordings.indexed(recording.id);
        log.info("nobody-to-find", { durationMs: recording.durationMs, start: recording.start });
        return;
      }
      recording = await recordings.analysing(
        recording.id,
        wanted.map(({ name }) => name),
      );
    }
    if (recording.state !== "analysing") {
      log.info("analysis-known", { state: recording.state });
      return;
    }
    const waiting = recording.analyses.filter(({ job, done }) => job === undefined && !done);
    for (const detector of detectors) {
      if (waiting.some((analysis) => analysis.detector === detector.name)) await start(recording, detector);
    }
  }

  async function start(recording: Recording, detector: Detector): Promise<void> {
    const { name, letter } = detector;
    try {
      const job = await detector.start({
        bucket: deps.vodBucket,
        key: mp4Key(recording),
        token: requestToken(recording, letter),
        tag: recording.id,
        topicArn: deps.topicArn,
        roleArn: deps.roleArn,
      });
      await recordings.started(recording.id, name, job);
      log.info("analysis-started", { kind: name, job });
    } catch (error) {
      if (!(error instanceof DetectorError)) throw error;
      await fail(recording.id, "search", error.message);
    }
  }

  async function fail(id: string, kind: FailureKind, reason: string): Promise<void> {
    await recordings.failed(id, { kind, reason });
    log.error("recording-failed", reason);
  }

  return sqsBatch(log, "analysis-postponed", take);
}

function errorOf(detail: Fields): string {
  const code = detail.optionalNumber("errorCode");
  const reason = detail.optionalText("errorMessage") ?? "no reason was given";
  return code === undefined ? reason : `${reason} (error ${code})`;
}

/** Lambda entry point: the queue of the stack's ended MediaConvert jobs. */
export const handler = entryPoint("find-people", (log) => {
  const catalogue = openCatalogue();
  return createHandler({
    catalogue,
    detectors: openDetectors(catalogue),
    vodBucket: setting("VOD_BUCKET"),
    topicArn: setting("RECOGNITION_TOPIC_ARN"),
    roleArn: setting("RECOGNITION_ROLE_ARN"),
    log,
  });
});

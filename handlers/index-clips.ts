import { SQSClient } from "@aws-sdk/client-sqs";
import type { Catalogue } from "../catalogue/index.ts";
import { sightingsFrom } from "../domain/appearances.ts";
import type { ClipRules } from "../domain/clips.ts";
import type { Recording } from "../domain/model.ts";
import { readCompletion, type SnsEvent } from "../pipeline/detectors/completion.ts";
import type { Detector } from "../pipeline/detectors/detector.ts";
import { readFindings } from "../pipeline/detectors/findings.ts";
import { openDetectors } from "../pipeline/detectors/open-detectors.ts";
import { clipRulesSetting } from "../pipeline/runtime/clip-rules-setting.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { numberSetting, setting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";
import { isSearchTag } from "../pipeline/search/job-names.ts";
import { createSearchQueue, type SearchQueue } from "../pipeline/search/queue.ts";

/** What the handler works with. */
export interface IndexClipsDeps {
  catalogue: Catalogue;
  detectors: readonly Detector[];
  searchQueue: SearchQueue;
  rules: ClipRules;
  /** 0–100: a subject needs one frame that is this similar. */
  similarityThreshold: number;
  log: StepLog;
}

/**
 * A detector's job for a recording ended. When the last one is in, what was seen becomes appearances, and these become
 * clips, across recordings too. The same message again changes nothing. The end of a job of a search in the archive is
 * handed on, and so is the end of an analysis that such a search waits for.
 */
export function createHandler({
  catalogue,
  detectors,
  searchQueue,
  rules,
  similarityThreshold,
  log,
}: IndexClipsDeps): (event: SnsEvent) => Promise<void> {
  const { recordings, people, moments, searches } = catalogue;

  async function take(json: string): Promise<void> {
    const { recording: id, job, api, succeeded } = readCompletion(json);
    log.about(id);
    if (isSearchTag(id)) {
      await searchQueue.wake();
      return;
    }
    const detector = detectors.find((candidate) => candidate.api === api);
    if (detector === undefined) {
      log.info("message-ignored", { api });
      return;
    }
    const kind = detector.name;
    const recording = await finished(id, kind, job);
    if (recording === undefined) {
      log.info("recording-deleted", { kind, job });
      return;
    }
    if (recording.analyses.find((analysis) => analysis.detector === kind)?.job !== job) {
      // A job of an earlier attempt.
      log.info("analysis-superseded", { kind, job });
      return;
    }
    if (recording.state !== "analysing") {
      log.info("index-known", { state: recording.state });
      return;
    }
    if (!succeeded) {
      const reason = (await detector.outcome(job))?.reason ?? "no reason was given";
      const sentence = `Rekognition could not look for people in the recording: ${reason}`;
      await recordings.failed(id, { kind: "search", reason: sentence });
      log.error("recording-failed", sentence);
      return;
    }
    const waiting = recording.analyses.filter(({ done }) => !done).map((analysis) => analysis.detector);
    if (waiting.length > 0) {
      log.info("analysis-partly-done", { kind, waiting });
      return;
    }
    await index(recording);
  }

  /** Undefined for a recording that was deleted meanwhile. */
  async function finished(id: string, detector: string, job: string): Promise<Recording | undefined> {
    try {
      return await recordings.finished(id, detector, job);
    } catch (error) {
      if (await recordings.wasDeleted(id)) return undefined;
      throw error;
    }
  }

  async function index(recording: Recording): Promise<void> {
    const { id, durationMs, start } = recording;
    if (durationMs === undefined) throw new Error(`Recording "${id}" was analysed before it was converted`);
    const watchList = await people.list();
    const findings = await readFindings(detectors, recording.analyses, watchList);
    const sightings = sightingsFrom(findings, { id, durationMs }, { ...rules, similarityThreshold });
    await moments.index(recording, sightings, rules, findings.cutsMs);
    await recordings.indexed(id);
    log.info("recording-indexed", {
      durationMs,
      start,
      subjects: sightings.map(({ subject }) => subject.id),
      names: sightings.map(({ subject }) => subject.name),
      appearances: sightings.flatMap(({ appearances }) => appearances).length,
    });
    const waiting = (await searches.running()).some(({ open }) => open.some((one) => one.recording === id));
    if (waiting) await searchQueue.wake();
  }

  return async (event) => {
    const failures: unknown[] = [];
    for (const record of fieldsOf(event).list("Records")) {
      log.about(undefined);
      try {
        await take(record.fields("Sns").text("Message"));
      } catch (error) {
        log.warn("index-postponed", error);
        failures.push(error);
      }
    }
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} of the event's messages could not be handled`);
  };
}

/** Lambda entry point: the topic that detectors report on. */
export const handler = entryPoint("index-clips", (log) => {
  const catalogue = openCatalogue();
  return createHandler({
    catalogue,
    detectors: openDetectors(catalogue),
    searchQueue: createSearchQueue({ client: new SQSClient(), url: setting("SEARCHES_QUEUE_URL") }),
    rules: clipRulesSetting(),
    similarityThreshold: numberSetting("SIMILARITY_THRESHOLD", { min: 0, max: 100 }),
    log,
  });
});

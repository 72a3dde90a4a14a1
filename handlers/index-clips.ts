import type { Catalogue } from "../catalogue/index.ts";
import { sightingsFrom } from "../domain/appearances.ts";
import type { ClipRules } from "../domain/clips.ts";
import type { Recording } from "../domain/model.ts";
import { readCompletion, type SnsEvent } from "../pipeline/detectors/completion.ts";
import type { Detector } from "../pipeline/detectors/detector.ts";
import { openDetectors } from "../pipeline/detectors/open-detectors.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { numberSetting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/** What the handler works with. */
export interface IndexClipsDeps {
  catalogue: Catalogue;
  detectors: readonly Detector[];
  rules: ClipRules;
  /** 0–100: a subject needs one frame that is this similar. */
  similarityThreshold: number;
  log: StepLog;
}

/**
 * A detector's job for a recording ended. When the last one is in, what was seen becomes appearances, and these become
 * clips, across recordings too. The same message again changes nothing.
 */
export function createHandler({
  catalogue,
  detectors,
  rules,
  similarityThreshold,
  log,
}: IndexClipsDeps): (event: SnsEvent) => Promise<void> {
  const { recordings, people, moments } = catalogue;

  async function take(json: string): Promise<void> {
    const { recording: id, job, api, succeeded } = readCompletion(json);
    log.about(id);
    const detector = detectors.find((candidate) => candidate.api === api);
    if (detector === undefined) {
      log.info("message-ignored", { api });
      return;
    }
    const kind = detector.name;
    const recording = await recordings.finished(id, kind, job);
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

  async function index(recording: Recording): Promise<void> {
    const { id, durationMs } = recording;
    if (durationMs === undefined) throw new Error(`Recording "${id}" was analysed before it was converted`);
    const watchList = await people.list();
    const results = await Promise.all(
      recording.analyses.flatMap(({ detector: name, job }) => {
        const detector = detectors.find((candidate) => candidate.name === name);
        return detector === undefined || job === undefined ? [] : [detector.results(job, watchList)];
      }),
    );
    const findings = {
      observations: results.flatMap(({ observations }) => observations),
      cutsMs: results.find(({ cutsMs }) => cutsMs !== undefined)?.cutsMs,
    };
    const sightings = sightingsFrom(findings, { id, durationMs }, { ...rules, similarityThreshold });
    await moments.index(recording, sightings, rules, findings.cutsMs);
    await recordings.indexed(id);
    log.info("recording-indexed", {
      subjects: sightings.map(({ subject }) => subject.id),
      appearances: sightings.flatMap(({ appearances }) => appearances).length,
    });
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
    rules: {
      paddingMs: numberSetting("CLIP_PADDING_MS", { min: 0, max: 60_000 }),
      gapMs: numberSetting("CLIP_GAP_MS", { min: 0, max: 600_000 }),
      minMs: numberSetting("CLIP_MIN_MS", { min: 0, max: 600_000 }),
    },
    similarityThreshold: numberSetting("SIMILARITY_THRESHOLD", { min: 0, max: 100 }),
    log,
  });
});

import { GetCelebrityRecognitionCommand, GetFaceSearchCommand, RekognitionClient } from "@aws-sdk/client-rekognition";
import type { Catalogue } from "../catalogue/index.ts";
import { appearancesFrom } from "../domain/appearances.ts";
import type { ClipRules } from "../domain/clips.ts";
import type { JobKind, Recording } from "../domain/model.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { fieldsOf, parseFields } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { celebrityResults, faceSearchResults } from "./recognition-results.ts";
import { numberSetting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/** SNS's event, as far as it is read. https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
export interface SnsEvent {
  Records: { Sns: { Message: string } }[];
}

/**
 * Rekognition's message on the topic, as far as it is read.
 * https://docs.aws.amazon.com/rekognition/latest/dg/video-notification-payload.html
 */
export interface RecognitionMessage {
  JobId: string;
  Status: "SUCCEEDED" | "FAILED" | "ERROR";
  API: "StartFaceSearch" | "StartCelebrityRecognition";
  /** Recording id. */
  JobTag: string;
}

/** What the handler works with. */
export interface IndexClipsDeps {
  catalogue: Catalogue;
  rekognition: RekognitionClient;
  /** 0–100. */
  similarityThreshold: number;
  rules: ClipRules;
  log: StepLog;
}

/**
 * Recognition of a recording ended. When the last of its jobs is in, who was seen becomes appearances, and these become
 * clips, across recordings too. The same message again changes nothing.
 */
export function createHandler({
  catalogue,
  rekognition,
  similarityThreshold,
  rules,
  log,
}: IndexClipsDeps): (event: SnsEvent) => Promise<void> {
  const { recordings, people, moments } = catalogue;

  async function take(json: string): Promise<void> {
    const message = parseFields(json, "message");
    const id = message.text("JobTag");
    log.about(id);
    const job = message.text("JobId");
    const kind = kindOf(message.text("API"));
    if (kind === undefined) {
      log.info("message-ignored", { api: message.text("API") });
      return;
    }
    const recording = await recordings.finished(id, kind, job);
    const own = recording.jobs.find((known) => known.kind === kind);
    if (own?.id !== job) {
      // A job of an earlier attempt.
      log.info("analysis-superseded", { kind, job });
      return;
    }
    if (recording.state !== "analysing") {
      log.info("index-known", { state: recording.state });
      return;
    }
    if (message.text("Status") !== "SUCCEEDED") {
      const sentence = `Rekognition could not look for people in the recording: ${await reasonOf(kind, job)}`;
      await recordings.failed(id, sentence);
      log.error("recording-failed", sentence);
      return;
    }
    const waiting = recording.jobs
      .filter((known) => known.kind !== "convert" && !known.done)
      .map((known) => known.kind);
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
      recording.jobs.flatMap(({ kind, id: job }) => {
        if (job === undefined || kind === "convert") return [];
        const read = kind === "faces" ? faceSearchResults : celebrityResults;
        return [read(rekognition, job, watchList, similarityThreshold)];
      }),
    );
    for (const [person, celebrityId] of results.flatMap(({ celebrityIds }) => [...celebrityIds])) {
      await people.learnCelebrity(person, celebrityId);
    }
    const samples = results.flatMap((result) => result.samples);
    const seen = appearancesFrom(samples, { id, durationMs }, rules.gapMs);
    await moments.index(
      recording,
      [...seen].map(([person, appearances]) => ({ person, appearances })),
      rules,
    );
    await recordings.indexed(id);
    log.info("recording-indexed", { people: [...seen.keys()], appearances: [...seen.values()].flat().length });
  }

  async function reasonOf(kind: JobKind, job: string): Promise<string> {
    const { StatusMessage } =
      kind === "faces"
        ? await rekognition.send(new GetFaceSearchCommand({ JobId: job, MaxResults: 1 }))
        : await rekognition.send(new GetCelebrityRecognitionCommand({ JobId: job, MaxResults: 1 }));
    return StatusMessage ?? "no reason was given";
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

function kindOf(api: string): JobKind | undefined {
  switch (api) {
    case "StartFaceSearch":
      return "faces";
    case "StartCelebrityRecognition":
      return "celebrities";
    default:
      return undefined;
  }
}

/** Lambda entry point: Rekognition's topic. */
export const handler = entryPoint("index-clips", (log) =>
  createHandler({
    catalogue: openCatalogue(),
    rekognition: new RekognitionClient(),
    similarityThreshold: numberSetting("SIMILARITY_THRESHOLD", { min: 0, max: 100 }),
    rules: {
      paddingMs: numberSetting("CLIP_PADDING_MS", { min: 0, max: 60_000 }),
      gapMs: numberSetting("CLIP_GAP_MS", { min: 0, max: 600_000 }),
      minMs: numberSetting("CLIP_MIN_MS", { min: 0, max: 600_000 }),
    },
    log,
  }),
);

import {
  InvalidParameterException,
  InvalidS3ObjectException,
  RekognitionClient,
  ResourceNotFoundException,
  StartCelebrityRecognitionCommand,
  StartFaceSearchCommand,
  VideoTooLargeException,
} from "@aws-sdk/client-rekognition";
import type { Catalogue, Converted } from "../catalogue/index.ts";
import type { JobKind, Recording } from "../domain/model.ts";
import { mp4Key } from "../domain/vod-keys.ts";
import { conversionResult } from "../pipeline/conversion/result.ts";
import { entryPoint } from "../pipeline/runtime/entry-point.ts";
import { EventError, fieldsOf, type Fields } from "../pipeline/runtime/event.ts";
import { openCatalogue } from "../pipeline/runtime/open-catalogue.ts";
import { requestToken } from "../pipeline/request-token.ts";
import { numberSetting, setting } from "../pipeline/runtime/settings.ts";
import type { StepLog } from "../pipeline/runtime/step-log.ts";

/**
 * MediaConvert's event for EventBridge, as far as it is read.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html
 */
export interface JobStateChangeEvent {
  "detail-type": "MediaConvert Job State Change";
  source: "aws.mediaconvert";
  detail: {
    status: string;
    jobId: string;
    queue: string;
    userMetadata: Record<string, string>;
    /** Of COMPLETE. */
    outputGroupDetails?: {
      type: string;
      playlistFilePaths?: string[];
      outputDetails: {
        outputFilePaths?: string[];
        durationInMs?: number;
        videoDetails?: { widthInPx: number; heightInPx: number; averageBitrate?: number };
      }[];
    }[];
    /** Of ERROR. */
    errorCode?: number;
    errorMessage?: string;
  };
}

/** What the handler works with. */
export interface FindPeopleDeps {
  catalogue: Catalogue;
  rekognition: RekognitionClient;
  vodBucket: string;
  collectionId: string;
  /** Where Rekognition tells that it is done, and what it does so as. */
  topicArn: string;
  roleArn: string;
  /** Whether to look for celebrities at all. */
  celebrities: boolean;
  /** 0–100. */
  similarityThreshold: number;
  log: StepLog;
}

/**
 * A conversion ended: what it yielded is noted, and the search for the people on the watch list starts. Nobody to look
 * for is the end already. A failed conversion is noted with MediaConvert's own message.
 */
export function createHandler(deps: FindPeopleDeps): (event: JobStateChangeEvent) => Promise<void> {
  const { catalogue, rekognition, celebrities, log } = deps;
  const { recordings } = catalogue;

  return async (event) => {
    const detail = fieldsOf(event).fields("detail");
    const id = detail.fields("userMetadata").text("recording");
    log.about(id);
    const job = detail.text("jobId");
    const recording = await recordings.get(id);
    if (recording === undefined) throw new EventError(`The catalogue has no recording "${id}"`);
    const known = recording.jobs.find(({ kind }) => kind === "convert");
    if (known?.id !== undefined && known.id !== job) {
      // A job of an earlier attempt.
      log.info("conversion-superseded", { job });
      return;
    }
    switch (detail.text("status")) {
      case "ERROR":
        return fail(id, `MediaConvert could not convert the recording: ${errorOf(detail)}`);
      case "COMPLETE":
        return complete(recording, detail);
      default:
        log.info("conversion-event-ignored", { status: detail.text("status") });
    }
  };

  async function complete(before: Recording, detail: Fields): Promise<void> {
    let recording = before;
    if (recording.state === "archived" || recording.state === "converting") {
      let result: Converted;
      try {
        result = conversionResult(detail, recording.renditions);
      } catch (error) {
        if (!(error instanceof EventError)) throw error;
        return fail(recording.id, `MediaConvert's result can't be played: ${error.message}`);
      }
      recording = await recordings.converted(recording.id, result);
      log.info("recording-converted", { durationMs: recording.durationMs, start: recording.start });
      const kinds = await wantedKinds();
      if (kinds.length === 0) {
        await recordings.indexed(recording.id);
        log.info("nobody-to-find");
        return;
      }
      recording = await recordings.analysing(recording.id, kinds);
    }
    if (recording.state !== "analysing") {
      log.info("analysis-known", { state: recording.state });
      return;
    }
    for (const { kind, id, done } of recording.jobs) {
      if (kind !== "convert" && id === undefined && !done) await start(recording, kind);
    }
  }

  async function wantedKinds(): Promise<JobKind[]> {
    const people = await catalogue.people.list();
    return [
      ...(people.some(({ faces }) => faces.length > 0) ? (["faces"] as const) : []),
      ...(celebrities && people.some(({ celebrity }) => celebrity !== undefined) ? (["celebrities"] as const) : []),
    ];
  }

  async function start(recording: Recording, kind: JobKind): Promise<void> {
    const shared = {
      Video: { S3Object: { Bucket: deps.vodBucket, Name: mp4Key(recording) } },
      ClientRequestToken: requestToken(recording, kind),
      JobTag: recording.id,
      NotificationChannel: { SNSTopicArn: deps.topicArn, RoleArn: deps.roleArn },
    };
    try {
      const { JobId } =
        kind === "faces"
          ? await rekognition.send(
              new StartFaceSearchCommand({
                ...shared,
                CollectionId: deps.collectionId,
                FaceMatchThreshold: deps.similarityThreshold,
              }),
            )
          : await rekognition.send(new StartCelebrityRecognitionCommand(shared));
      if (JobId === undefined) throw new Error("Rekognition answered without a job");
      await recordings.started(recording.id, kind, JobId);
      log.info("analysis-started", { kind, job: JobId });
    } catch (error) {
      const permanent = [
        InvalidParameterException,
        InvalidS3ObjectException,
        ResourceNotFoundException,
        VideoTooLargeException,
      ];
      if (!permanent.some((type) => error instanceof type) || !(error instanceof Error)) throw error;
      await fail(recording.id, `Rekognition can't look for people in the recording: ${error.message}`);
    }
  }

  async function fail(id: string, sentence: string): Promise<void> {
    await recordings.failed(id, sentence);
    log.error("recording-failed", sentence);
  }
}

function errorOf(detail: Fields): string {
  const code = detail.optionalNumber("errorCode");
  return `${detail.optionalText("errorMessage") ?? "no reason was given"}${code === undefined ? "" : ` (error ${code})`}`;
}

/** Lambda entry point: EventBridge rule for the stack's MediaConvert jobs. */
export const handler = entryPoint("find-people", (log) =>
  createHandler({
    catalogue: openCatalogue(),
    rekognition: new RekognitionClient(),
    vodBucket: setting("VOD_BUCKET"),
    collectionId: setting("COLLECTION_ID"),
    topicArn: setting("RECOGNITION_TOPIC_ARN"),
    roleArn: setting("RECOGNITION_ROLE_ARN"),
    celebrities: setting("CELEBRITIES") === "true",
    similarityThreshold: numberSetting("SIMILARITY_THRESHOLD", { min: 0, max: 100 }),
    log,
  }),
);

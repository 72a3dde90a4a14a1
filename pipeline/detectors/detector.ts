import type { RekognitionClient } from "@aws-sdk/client-rekognition";
import type { People } from "../../catalogue/index.ts";
import type { Observation } from "../../domain/identity.ts";
import type { Person } from "../../domain/model.ts";

/**
 * Finds subjects in recordings, with one asynchronous job a recording: started when the recording is converted, read
 * when the service reports on the topic that the job ended.
 */
export interface Detector {
  /** Names its jobs in the catalogue and in logs, `faces`. Never changes: stored recordings carry it. */
  readonly name: string;
  /** One letter that sets its request tokens apart from those of the recording's other jobs. */
  readonly letter: string;
  /** What the service's completion message calls the operation, `StartFaceSearch`. */
  readonly api: string;
  /** Whether a recording is worth a job now. */
  isWanted(people: readonly Person[]): boolean;
  /**
   * Starts the job and returns its id; the same token finds the same job. Throws {@link DetectorError} for a recording
   * that no retry would help.
   */
  start(video: VideoJob): Promise<string>;
  /** What became of a job; `undefined` when the service no longer knows it. */
  outcome(job: string): Promise<Outcome | undefined>;
  /** All that a successful job found. `people` is the watch list. */
  results(job: string, people: readonly Person[]): Promise<Results>;
}

/** What one detector found in a recording. */
export interface Results {
  /** In any order. */
  observations: Observation[];
  /** Where one shot follows another, from the recording's start, in order; only of a detector that looks for cuts. */
  cutsMs?: number[];
}

/** How a job is doing, with the service's own sentence where it has one. */
export interface Outcome {
  status: "IN_PROGRESS" | "SUCCEEDED" | "FAILED";
  reason: string | undefined;
}

/** The job to start for a recording. */
export interface VideoJob {
  /** The recording's MP4. */
  bucket: string;
  key: string;
  /** See `requestToken`. */
  token: string;
  /** Recording id; comes back in the completion message. */
  tag: string;
  /** Where completion is reported, and the role that may report it. */
  topicArn: string;
  roleArn: string;
}

/** What detectors work with. */
export interface DetectorDeps {
  rekognition: RekognitionClient;
  people: Pick<People, "learnCelebrity">;
  /** Of the watch list's faces. */
  collectionId: string;
  /** Whether to look for celebrities at all. */
  celebrities: boolean;
  /** Whether to look for cuts between shots. */
  shots: boolean;
  /** 0–100: a subject needs one frame that is this similar. */
  similarityThreshold: number;
}

/**
 * Thrown when the service permanently refuses a recording. The message is a whole sentence for the recording's `error`.
 */
export class DetectorError extends Error {
  override readonly name = "DetectorError";
  readonly code = "recording-refused";
}

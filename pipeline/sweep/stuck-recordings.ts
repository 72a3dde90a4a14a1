import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetJobCommand, NotFoundException, type Job, type MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import {
  GetCelebrityRecognitionCommand,
  GetFaceSearchCommand,
  ResourceNotFoundException,
  type RekognitionClient,
} from "@aws-sdk/client-rekognition";
import type { Catalogue } from "../../catalogue/index.ts";
import type { JobKind, Recording, RecordingJob, RecordingState } from "../../domain/model.ts";
import { isStuck, type SweepRules } from "./rules.ts";
import type { ConversionQueue } from "../conversion/queue.ts";
import type { JobStateChangeEvent } from "../../handlers/find-people.ts";
import type { RecognitionMessage, SnsEvent } from "../../handlers/index-clips.ts";
import { jobEvent } from "../conversion/job-event.ts";
import type { StepLog } from "../runtime/step-log.ts";

/** What going on with stuck recordings works with. */
export interface StuckRecordingsDeps {
  catalogue: Catalogue;
  mediaConvert: MediaConvertClient;
  rekognition: RekognitionClient;
  lambda: LambdaClient;
  queue: ConversionQueue;
  /** Function names or ARNs. */
  findPeople: string;
  indexClips: string;
  rules: SweepRules;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: StepLog;
}

/** How many stuck recordings were dealt with, and how. */
export interface Redriven {
  /** Their job is still at work. */
  waiting: number;
  /** Queued for conversion again. */
  queued: number;
  /** Their conversion had ended: handed to find-people again. */
  converted: number;
  /** Their analysis had ended: handed to index-clips again. */
  analysed: number;
  /** Their job had vanished: started over. */
  restarted: number;
  /** Given up. */
  failed: number;
  failures: unknown[];
}

/** What to do with one stuck recording. */
type Step =
  | { kind: "waiting" | "queued" | "restarted" }
  | { kind: "converted"; event: JobStateChangeEvent }
  | { kind: "analysed"; event: SnsEvent }
  | { kind: "failed"; sentence: string };

/** States that a recording passes through. */
const passing: readonly RecordingState[] = ["archived", "converting", "analysing"];
const pageSize = 100;
/** A sweep deals with so many recordings of a channel and state at most; the next one finds the others. */
const maxPages = 5;

/**
 * Takes up the recordings of a channel that have been in one state for too long: asks the service what became of the
 * job, and hands its outcome to the function that missed it. Does so a few times, then gives the recording up with a
 * reason.
 */
export async function redriveStuckRecordings(deps: StuckRecordingsDeps, channel: string): Promise<Redriven> {
  const { catalogue, rules, now, log } = deps;
  const result: Redriven = { waiting: 0, queued: 0, converted: 0, analysed: 0, restarted: 0, failed: 0, failures: [] };
  for (const state of passing) {
    let cursor: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const { items, nextCursor } = await catalogue.recordings.list({
        channel,
        state,
        order: "asc",
        limit: pageSize,
        cursor,
      });
      for (const recording of items.filter((candidate) => isStuck(candidate, rules, now()))) {
        log.about(recording.id);
        try {
          await redrive(deps, recording, result);
        } catch (error) {
          result.failures.push(error);
          log.warn("sweep-postponed", error, { state });
        }
      }
      if (nextCursor === undefined) break;
      cursor = nextCursor;
    }
  }
  log.about(undefined);
  return result;
}

async function redrive(deps: StuckRecordingsDeps, recording: Recording, result: Redriven): Promise<void> {
  const { rules, log } = deps;
  const { state, redrives } = recording;
  const found = await nextStep(deps, recording);
  const step: Step =
    found.kind !== "waiting" && found.kind !== "failed" && redrives >= rules.maxRedrives
      ? { kind: "failed", sentence: hopeless(recording) }
      : found;
  if (await take(deps, recording, step)) {
    result[step.kind]++;
    if (step.kind === "failed") log.error("recording-failed", step.sentence);
    else if (step.kind !== "waiting")
      log.info("recording-redriven", { state, step: step.kind, redrives: redrives + 1 });
  } else {
    log.info("recording-went-on", { state });
  }
}

/** Claims the recording and does the step; false when it got on by itself meanwhile. */
async function take(
  { catalogue: { recordings }, queue, lambda, findPeople, indexClips }: StuckRecordingsDeps,
  recording: Recording,
  step: Step,
): Promise<boolean> {
  const invoke = async (FunctionName: string, event: JobStateChangeEvent | SnsEvent): Promise<void> => {
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: JSON.stringify(event) }));
  };
  switch (step.kind) {
    case "waiting":
      return true;
    case "failed":
      return (await recordings.giveUp(recording, step.sentence)) !== undefined;
    case "restarted": {
      const restarted = await recordings.restart(recording);
      if (restarted !== undefined) await queue.add(restarted);
      return restarted !== undefined;
    }
    case "queued":
    case "converted":
    case "analysed": {
      const taken = await recordings.redrive(recording);
      if (taken === undefined) return false;
      if (step.kind === "queued") await queue.add(taken);
      if (step.kind === "converted") await invoke(findPeople, step.event);
      if (step.kind === "analysed") await invoke(indexClips, step.event);
      return true;
    }
  }
}

async function nextStep(deps: StuckRecordingsDeps, recording: Recording): Promise<Step> {
  switch (recording.state) {
    case "archived":
      return { kind: "queued" };
    case "converting":
      return afterConversion(deps, recording);
    case "analysing":
      return afterAnalysis(deps, recording);
    case "indexed":
    case "failed":
      return { kind: "waiting" };
  }
}

async function afterConversion({ mediaConvert }: StuckRecordingsDeps, { jobs, renditions }: Recording): Promise<Step> {
  const id = jobs.find(({ kind }) => kind === "convert")?.id;
  const job = id === undefined ? undefined : await jobOf(mediaConvert, id);
  switch (job?.Status) {
    case undefined:
      return { kind: "restarted" };
    case "SUBMITTED":
    case "PROGRESSING":
      return { kind: "waiting" };
    case "CANCELED":
      return {
        kind: "failed",
        sentence: "The recording's conversion was canceled in MediaConvert; retry it to convert it after all",
      };
    case "COMPLETE":
    case "ERROR":
      return { kind: "converted", event: jobEvent(job, renditions) };
  }
}

async function jobOf(mediaConvert: MediaConvertClient, Id: string): Promise<Job | undefined> {
  try {
    return (await mediaConvert.send(new GetJobCommand({ Id }))).Job;
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

async function afterAnalysis(deps: StuckRecordingsDeps, recording: Recording): Promise<Step> {
  const { id, jobs } = recording;
  const analyses = jobs.filter(({ kind }) => kind !== "convert");
  if (analyses.some((job) => job.id === undefined && !job.done)) {
    // Decided, but not started: find-people goes on from there, whatever the event says of the outputs.
    const jobId = jobs.find(({ kind }) => kind === "convert")?.id ?? "";
    const detail = { status: "COMPLETE", jobId, queue: "", userMetadata: { recording: id } };
    return {
      kind: "converted",
      event: { "detail-type": "MediaConvert Job State Change", source: "aws.mediaconvert", detail },
    };
  }
  const messages: RecognitionMessage[] = [];
  for (const job of analyses) {
    const status = job.done ? "SUCCEEDED" : await statusOf(deps.rekognition, job);
    if (status === undefined) return { kind: "restarted" };
    if (status === "IN_PROGRESS") return { kind: "waiting" };
    messages.push({
      JobId: job.id ?? "",
      Status: status,
      API: job.kind === "faces" ? "StartFaceSearch" : "StartCelebrityRecognition",
      JobTag: id,
    });
  }
  return {
    kind: "analysed",
    event: { Records: messages.map((message) => ({ Sns: { Message: JSON.stringify(message) } })) },
  };
}

/**
 * What became of an analysis; undefined when Rekognition does not know it any more: it forgets jobs after seven days.
 */
async function statusOf(
  rekognition: RekognitionClient,
  { kind, id: JobId = "" }: RecordingJob,
): Promise<"IN_PROGRESS" | "SUCCEEDED" | "FAILED" | undefined> {
  const ask: Record<
    Exclude<JobKind, "convert">,
    () => Promise<{ JobStatus?: "IN_PROGRESS" | "SUCCEEDED" | "FAILED" | undefined }>
  > = {
    faces: () => rekognition.send(new GetFaceSearchCommand({ JobId, MaxResults: 1 })),
    celebrities: () => rekognition.send(new GetCelebrityRecognitionCommand({ JobId, MaxResults: 1 })),
  };
  if (kind === "convert") return undefined;
  try {
    return (await ask[kind]()).JobStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

const standstill: Record<"archived" | "converting" | "analysing", string> = {
  archived: "could not be queued and converted",
  converting: "was converted, but the search for people did not start",
  analysing: "was searched for people, but its clips could not be made",
};

function hopeless({ id, state, redrives }: Recording): string {
  const where =
    state === "archived" || state === "converting" || state === "analysing" ? standstill[state] : "got no further";
  return `The recording ${where}, also in ${redrives} more attempts; the functions' logs say why (correlation_id ${id}): put that right, then retry the recording`;
}

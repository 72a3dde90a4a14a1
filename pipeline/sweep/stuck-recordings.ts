import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetJobCommand, NotFoundException, type Job, type MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { Catalogue } from "../../catalogue/index.ts";
import type { Failure } from "../../domain/failure.ts";
import type { Analysis, Recording } from "../../domain/model.ts";
import { pendingStates } from "../../domain/recording-states.ts";
import type { EndedConversions } from "../conversion/ended-conversions.ts";
import { jobEvent } from "../conversion/job-event.ts";
import type { JobStateChangeEvent } from "../conversion/job-state-change.ts";
import type { ConversionQueue } from "../conversion/queue.ts";
import { completionEvent, type CompletionMessage, type SnsEvent } from "../detectors/completion.ts";
import type { Detector } from "../detectors/detector.ts";
import type { StepLog } from "../runtime/step-log.ts";
import { isStuck, type SweepRules } from "./rules.ts";

/** What the sweep of stuck recordings works with. */
export interface StuckRecordingsDeps {
  catalogue: Catalogue;
  mediaConvert: MediaConvertClient;
  detectors: readonly Detector[];
  lambda: LambdaClient;
  queue: ConversionQueue;
  endedConversions: EndedConversions;
  /** Function name or ARN. */
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
  /** Their conversion had ended: queued for find-people again. */
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
  | { kind: "failed"; failure: Failure };

const pageSize = 100;
/** The most pages of a channel and state that one sweep handles; the next sweep finds the rest. */
const maxPages = 5;

/**
 * Redrives the recordings of a channel that have been in one state for too long: asks the service what became of the
 * job, and hands its outcome to the function that missed it. Does so a few times, then gives the recording up with a
 * reason.
 */
export async function redriveStuckRecordings(deps: StuckRecordingsDeps, channel: string): Promise<Redriven> {
  const { catalogue, rules, now, log } = deps;
  const result: Redriven = { waiting: 0, queued: 0, converted: 0, analysed: 0, restarted: 0, failed: 0, failures: [] };
  for (const state of pendingStates) {
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
      ? { kind: "failed", failure: { kind: "processing", reason: hopeless(recording) } }
      : found;
  if (await take(deps, recording, step)) {
    result[step.kind]++;
    if (step.kind === "failed") log.error("recording-failed", step.failure.reason);
    else if (step.kind !== "waiting")
      log.info("recording-redriven", { state, step: step.kind, redrives: redrives + 1 });
  } else {
    log.info("recording-went-on", { state });
  }
}

/** Claims the recording and takes the step; false when it has moved on in the meantime. */
async function take(
  { catalogue: { recordings }, queue, endedConversions, lambda, indexClips }: StuckRecordingsDeps,
  recording: Recording,
  step: Step,
): Promise<boolean> {
  const invoke = async (FunctionName: string, event: SnsEvent): Promise<void> => {
    await lambda.send(new InvokeCommand({ FunctionName, InvocationType: "Event", Payload: JSON.stringify(event) }));
  };
  switch (step.kind) {
    case "waiting":
      return true;
    case "failed":
      return (await recordings.giveUp(recording, step.failure)) !== undefined;
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
      if (step.kind === "converted") await endedConversions.add(step.event);
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
    case "idle":
    case "failed":
      return { kind: "waiting" };
  }
}

async function afterConversion({ mediaConvert }: StuckRecordingsDeps, { conversion }: Recording): Promise<Step> {
  const job = conversion === undefined ? undefined : await jobOf(mediaConvert, conversion);
  switch (job?.Status) {
    case undefined:
      return { kind: "restarted" };
    case "SUBMITTED":
    case "PROGRESSING":
      return { kind: "waiting" };
    case "CANCELED":
      return {
        kind: "failed",
        failure: {
          kind: "conversion",
          reason: "The recording's conversion was canceled in MediaConvert; retry it to convert it after all",
        },
      };
    case "COMPLETE":
    case "ERROR":
      return { kind: "converted", event: jobEvent(job) };
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

async function afterAnalysis({ detectors }: StuckRecordingsDeps, recording: Recording): Promise<Step> {
  const { id, conversion, analyses } = recording;
  if (analyses.some(({ job, done }) => job === undefined && !done)) {
    // Decided, but not started: find-people continues from there, whatever the event says of the outputs.
    const detail = { status: "COMPLETE", jobId: conversion ?? "", queue: "", userMetadata: { recording: id } };
    const event: JobStateChangeEvent = {
      "detail-type": "MediaConvert Job State Change",
      source: "aws.mediaconvert",
      detail,
    };
    return { kind: "converted", event };
  }
  const ended: { detector: Detector; analysis: Analysis; status: CompletionMessage["Status"] }[] = [];
  for (const analysis of analyses) {
    const detector = detectors.find(({ name }) => name === analysis.detector);
    const status = analysis.done ? "SUCCEEDED" : (await detector?.outcome(analysis.job ?? ""))?.status;
    if (detector === undefined || status === undefined) return { kind: "restarted" };
    if (status === "IN_PROGRESS") return { kind: "waiting" };
    ended.push({ detector, analysis, status });
  }
  return { kind: "analysed", event: completionEvent(id, ended) };
}

const standstill: Record<"archived" | "converting" | "analysing", string> = {
  archived: "could not be queued for conversion",
  converting: "was converted, but the search did not start",
  analysing: "was searched, but its clips could not be made",
};

function hopeless({ id, state, redrives, analyses }: Recording): string {
  const isUnsearched = analyses.some(({ job, done }) => job === undefined && !done);
  const pending = state === "analysing" && isUnsearched ? "converting" : state;
  const where =
    pending === "archived" || pending === "converting" || pending === "analysing"
      ? standstill[pending]
      : "made no progress";
  return (
    `The recording ${where} in ${redrives} more attempts; the functions' logs say why (correlation_id ` +
    `${id}): fix the cause, then retry the recording`
  );
}

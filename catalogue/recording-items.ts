import { failureKinds, type Failure } from "../domain/failure.ts";
import { formatNumber, parseRecordingId, type RecordingName } from "../domain/ids.ts";
import type { Recording, Rendition } from "../domain/model.ts";
import { recordingStates, type RecordingState } from "../domain/recording-states.ts";
import { entries, itemOf, list, number, oneOf, optionalNumber, optionalText, text, type Item } from "./item.ts";
import type { Key } from "./table.ts";
import { broadcastPartition } from "./timeline.ts";

/** The name of MediaConvert's job in an item's `jobs`; every other name is a detector's. */
export const conversionJob = "convert";

/** The key of a recording's row; `undefined` when `id` is not a recording id. */
export function recordingKey(id: string): Key | undefined {
  const name = parseRecordingId(id);
  return name === undefined
    ? undefined
    : { pk: broadcastPartition(name.channel, name.broadcast), sk: `RECORDING#${formatNumber(name.number)}` };
}

/** The sort key of a recording in both indexes. */
export function recordingSort({ channel, broadcast, number }: RecordingName): string {
  return `${broadcast}#${formatNumber(number)}#${channel}`;
}

/** The index partition of a channel's recordings. */
export function channelRecordings(channel: string): string {
  return `RECORDINGS#${channel}`;
}

/** The index partition of a channel's recordings in one state. */
export function stateRecordings(channel: string, state: RecordingState): string {
  return `RECORDINGS#${channel}#${state}`;
}

/** Whether the item is what is left of a recording that was deleted. */
export function isDeleted(item: Item): boolean {
  return item["deletedAt"] !== undefined;
}

/** The recording in an item. */
export function recordingOf(item: Item): Recording {
  const jobs = entries(item, "jobs");
  const conversion = jobs.find(([name]) => name === conversionJob)?.[1];
  return {
    id: text(item, "id"),
    channel: text(item, "channel"),
    broadcast: text(item, "broadcast"),
    number: number(item, "number"),
    bucket: text(item, "bucket"),
    key: text(item, "key"),
    state: oneOf(item, "state", recordingStates),
    stateAt: optionalText(item, "stateAt") ?? text(item, "archivedAt"),
    attempt: optionalNumber(item, "attempt") ?? 0,
    redrives: optionalNumber(item, "redrives") ?? 0,
    redrivenAt: optionalText(item, "redrivenAt"),
    archivedAt: text(item, "archivedAt"),
    timeOfDayMs: optionalNumber(item, "timeOfDayMs"),
    start: optionalText(item, "start"),
    durationMs: optionalNumber(item, "durationMs"),
    renditions: list(item, "renditions").map((value) => renditionOf(itemOf(value))),
    conversion: conversion === undefined ? undefined : optionalText(conversion, "id"),
    analyses: jobs
      .filter(([name]) => name !== conversionJob)
      .map(([detector, job]) => ({ detector, job: optionalText(job, "id"), done: job["done"] === true }))
      .sort((a, b) => (a.detector < b.detector ? -1 : 1)),
    // Rows from before clips had subjects name people only.
    subjects: list(item, item["subjects"] === undefined ? "people" : "subjects").map(String),
    failure: failureOf(item),
  };
}

function failureOf(item: Item): Failure | undefined {
  const reason = optionalText(item, "error");
  if (reason === undefined) return undefined;
  // Rows from before failures had a kind.
  return { kind: item["failure"] === undefined ? "processing" : oneOf(item, "failure", failureKinds), reason };
}

function renditionOf(item: Item): Rendition {
  return {
    name: text(item, "name"),
    width: number(item, "width"),
    height: number(item, "height"),
    bitrate: number(item, "bitrate"),
  };
}

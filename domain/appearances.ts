import { identify, type Observation } from "./identity.ts";
import { sharedArea } from "./box.ts";
import type { Appearance, Box, Subject } from "./model.ts";

/** Recognition looks at about two frames a second: what it saw in one holds for half the interval on either side. */
const samplingIntervalMs = 500;

/** All that the detectors found in a recording. */
export interface Findings {
  observations: readonly Observation[];
  /** Where one shot follows another, from the recording's start; `undefined` where nobody looked for cuts. */
  cutsMs: readonly number[] | undefined;
}

/** The recording that was looked at. */
export interface Recorded {
  /** Recording id. */
  id: string;
  durationMs: number;
}

/** How appearances follow from observations. */
export interface AppearanceRules {
  /** Someone who is seen again after at most this long was there all the time, unless a cut led to someone else. */
  gapMs: number;
  /** 0–100: a subject needs a frame this similar. */
  similarityThreshold: number;
}

/** Where one subject was seen in a recording. */
export interface Sighting {
  subject: Subject;
  /** In order of time. */
  appearances: Appearance[];
}

/** A continuous camera picture. */
interface Shot {
  startMs: number;
  endMs: number;
}

/** One frame of a track. */
interface Sample {
  atMs: number;
  /** How far around the frame the subject is sure to be seen. */
  startMs: number;
  endMs: number;
  shot: Shot;
  /** 0 where the face was only followed. */
  similarity: number;
  box: Box;
}

/**
 * When each subject was seen in a recording. A face is followed through its shot, and the whole track has one identity,
 * so that someone stays while the face is turned away. An appearance never crosses a cut to someone else. Observations
 * outside the recording are dropped, times are whole milliseconds.
 */
export function sightingsFrom(
  { observations, cutsMs }: Findings,
  recording: Recorded,
  { gapMs, similarityThreshold }: AppearanceRules,
): Sighting[] {
  const inside = observations
    .filter(({ atMs }) => atMs >= 0 && atMs <= recording.durationMs)
    .sort((a, b) => a.atMs - b.atMs);
  const seen = new Map<string, { subject: Subject; samples: Sample[]; own: Set<Observation> }>();
  const shots = shotsOf(realCuts(cutsMs ?? [], inside), recording.durationMs);
  for (const { shot, frames } of tracksOf(inside, shots)) {
    const subject = identify(frames, similarityThreshold);
    if (subject === undefined) continue;
    const entry = seen.get(subject.id) ?? { subject, samples: [], own: new Set() };
    entry.samples.push(...samplesOf(frames, subject.id, shot));
    for (const frame of frames) entry.own.add(frame);
    seen.set(subject.id, entry);
  }
  return [...seen.values()].map(({ subject, samples, own }) => {
    const others = inside.filter((observation) => !own.has(observation)).map(({ atMs }) => atMs);
    const groups = groupsOf(samples, others, gapMs);
    return { subject, appearances: groups.map((group) => appearanceOf(group, recording, cutsMs !== undefined)) };
  });
}

/** How good a face is to show: likeness times size. */
export function faceScore({ similarity, box }: { similarity: number; box: Box }): number {
  return similarity * box.width * box.height;
}

/** A face whose boxes before and after a cut have this much of both in common was not cut away. */
const sameFrame = 0.6;

/**
 * The cuts over which no face stays in its place. A flash, a graphic or someone who steps before the camera changes the
 * whole picture too, but the shot continues.
 */
function realCuts(cutsMs: readonly number[], inOrder: readonly Observation[]): number[] {
  return cutsMs.filter((cut) => {
    const near = inOrder.filter(({ atMs }) => Math.abs(atMs - cut) <= samplingIntervalMs);
    const before = near.filter(({ atMs, person }) => atMs < cut && person !== undefined);
    return !before.some(({ person, box }) =>
      near.some((after) => after.atMs >= cut && after.person === person && overlap(after.box, box) >= sameFrame),
    );
  });
}

/** Intersection over union. */
function overlap(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function shotsOf(cutsMs: readonly number[], durationMs: number): Shot[] {
  const starts = [0, ...cutsMs.filter((cut) => cut > 0 && cut < durationMs).sort((a, b) => a - b)];
  return starts.map((startMs, index) => ({ startMs, endMs: starts[index + 1] ?? durationMs }));
}

/** What belongs to one person or, where the detector doesn't follow people, to one subject, within one shot. */
function tracksOf(inOrder: Observation[], shots: Shot[]): { shot: Shot; frames: Observation[] }[] {
  return shots.flatMap((shot, index) => {
    const isLast = index === shots.length - 1;
    const within = inOrder.filter(({ atMs }) => atMs >= shot.startMs && (isLast || atMs < shot.endMs));
    const tracks = Map.groupBy(within, ({ person, candidates }) => person ?? candidates[0]?.subject.id ?? "");
    return [...tracks.values()].map((frames) => ({ shot, frames }));
  });
}

/** The frames of a track, each with the time around it that it represents. */
function samplesOf(frames: Observation[], subject: string, shot: Shot): Sample[] {
  const times = [...new Set(frames.map(({ atMs }) => atMs))];
  return frames.map(({ atMs, box, candidates }) => {
    const index = times.indexOf(atMs);
    const [before = -Infinity, after = Infinity] = [times[index - 1], times[index + 1]];
    // Where frames lie closer together, someone looked for the very moment.
    const interval = Math.min(samplingIntervalMs, atMs - before, after - atMs);
    return {
      // Whoever is in a shot's first sample is there from the cut on; whoever is in its last, until the next cut.
      startMs: atMs - shot.startMs < interval ? shot.startMs : atMs - interval / 2,
      endMs: shot.endMs - atMs < interval ? shot.endMs : atMs + interval / 2,
      atMs,
      box,
      shot,
      similarity: candidates.find((candidate) => candidate.subject.id === subject)?.similarity ?? 0,
    };
  });
}

/** Splits a subject's samples where the subject was away: for long, or behind a cut to one of the `others`. */
function groupsOf(samples: Sample[], others: number[], gapMs: number): Sample[][] {
  const groups: Sample[][] = [];
  for (const sample of samples.sort((a, b) => a.atMs - b.atMs || a.similarity - b.similarity)) {
    const last = groups.at(-1)?.at(-1);
    // The ranges around both samples already cover one interval of the distance.
    const isNear = last !== undefined && sample.atMs - last.atMs - samplingIntervalMs <= gapMs;
    if (isNear && !cutsToAnother(last, sample, others)) groups.at(-1)!.push(sample);
    else groups.push([sample]);
  }
  return groups;
}

function cutsToAnother(before: Sample, after: Sample, others: number[]): boolean {
  const cut = before.shot.endMs;
  return before.shot !== after.shot && others.some((atMs) => atMs >= cut && atMs < after.atMs);
}

function appearanceOf(group: Sample[], { id, durationMs }: Recorded, hasShots: boolean): Appearance {
  const best = group.reduce((a, b) => (faceScore(b) > faceScore(a) ? b : a));
  const [first, last] = [group[0]!, group.at(-1)!];
  return {
    recording: id,
    startMs: Math.max(0, Math.round(first.startMs)),
    endMs: Math.min(durationMs, Math.round(last.endMs)),
    similarity: Math.max(...group.map(({ similarity }) => similarity)),
    box: best.box,
    bestMs: Math.round(best.atMs),
    ...(hasShots && { shotStartMs: first.shot.startMs, shotEndMs: last.shot.endMs }),
  };
}

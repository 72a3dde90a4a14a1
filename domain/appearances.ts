import type { Appearance, Box, Subject } from "./model.ts";

/** Recognition looks at about two frames a second: what it saw in one holds for half the interval on either side. */
const samplingIntervalMs = 500;

/** One subject in one frame that a detector looked at. */
export interface Sample {
  subject: Subject;
  /** From the recording's start. */
  atMs: number;
  /** 0–100. */
  similarity: number;
  box: Box;
}

/** The recording that was looked at. */
export interface Recorded {
  /** Recording id. */
  id: string;
  durationMs: number;
}

/** Where one subject was seen in a recording. */
export interface Sighting {
  subject: Subject;
  /** In order of time. */
  appearances: Appearance[];
}

/**
 * When each subject was seen in a recording: samples become ranges, and ranges at most `gapMs` apart become one
 * appearance, with the highest similarity and the best face in it. Samples outside the recording are dropped, times are
 * whole milliseconds.
 */
export function sightingsFrom(samples: readonly Sample[], recording: Recorded, gapMs: number): Sighting[] {
  const inside = samples.filter(({ atMs }) => atMs >= 0 && atMs <= recording.durationMs);
  return [...Map.groupBy(inside, ({ subject }) => subject.id).values()].map((seen) => {
    const inOrder = seen.sort((a, b) => a.atMs - b.atMs || a.similarity - b.similarity);
    return {
      subject: inOrder[0]!.subject,
      appearances: groupsOf(inOrder, gapMs).map((group) => appearanceOf(group, recording)),
    };
  });
}

/** How good a face is to show: likeness times size. */
export function faceScore({ similarity, box }: { similarity: number; box: Box }): number {
  return similarity * box.width * box.height;
}

function groupsOf(samples: Sample[], gapMs: number): Sample[][] {
  const groups: Sample[][] = [];
  for (const sample of samples) {
    const last = groups.at(-1);
    // The ranges around both samples already cover one interval of the distance.
    if (last !== undefined && sample.atMs - last.at(-1)!.atMs - samplingIntervalMs <= gapMs) last.push(sample);
    else groups.push([sample]);
  }
  return groups;
}

function appearanceOf(group: Sample[], { id, durationMs }: Recorded): Appearance {
  const best = group.reduce((a, b) => (faceScore(b) > faceScore(a) ? b : a));
  return {
    recording: id,
    startMs: Math.max(0, Math.round(group[0]!.atMs - samplingIntervalMs / 2)),
    endMs: Math.min(durationMs, Math.round(group.at(-1)!.atMs + samplingIntervalMs / 2)),
    similarity: Math.max(...group.map(({ similarity }) => similarity)),
    box: best.box,
    bestMs: Math.round(best.atMs),
  };
}

import type { Clip, Recording } from "../../api/types.ts";
import { type Gap, type Scale, scaleOf } from "./scale.ts";

/** A part of the tape: fractions of its length. */
export interface Piece<Of> {
  of: Of;
  left: number;
  width: number;
}

/** A broadcast drawn on one line. Times are milliseconds since the epoch. */
export interface Tape {
  from: number;
  to: number;
  /** Where times are on the line, and the other way round. */
  scale: Scale;
  recordings: Piece<Recording>[];
  /** Where nothing was recorded. */
  gaps: Piece<Gap>[];
  marks: Piece<Clip>[];
}

interface Timed {
  of: Recording;
  start: number;
  end: number;
}

/**
 * Places recordings and clips on one line from the first recording's start to `now` (while on air) or the last one's
 * end. A recording whose time isn't known yet (it has just been archived) is placed after the previous one, with the
 * same length. What was recorded while nobody streamed is left out, and the time in which nothing was recorded takes
 * next to no room.
 */
export function layTape(recordings: readonly Recording[], clips: readonly Clip[], now: number | null): Tape | null {
  const timed = timesOf(recordings);
  const from = timed.reduce((first, { start }) => Math.min(first, start), Infinity);
  const to = timed.reduce((last, { end }) => Math.max(last, end), now ?? -Infinity);
  if (timed.length === 0 || to <= from) return null;

  // While on air, what comes after the last recording is being recorded.
  const last = timed.reduce((end, recording) => Math.max(end, recording.end), from);
  const scale = scaleOf([...timed, ...(now !== null && now > last ? [{ start: last, end: now }] : [])]);
  const { at, gaps } = scale;
  const piece = <Of>(of: Of, start: number, end: number): Piece<Of> => ({
    of,
    left: at(start),
    width: at(end) - at(start),
  });
  return {
    from,
    to,
    scale,
    recordings: timed.map(({ of, start, end }) => piece(of, start, end)),
    gaps: gaps.map((gap) => piece(gap, gap.start, gap.end)),
    marks: clips
      .map((clip) => piece(clip, Date.parse(clip.start), Date.parse(clip.start) + clip.durationMs))
      .filter(({ width }) => width > 0),
  };
}

function timesOf(recordings: readonly Recording[]): Timed[] {
  // Ids end with the number within the broadcast, so they sort by time.
  const inOrder = recordings.filter(({ state }) => state !== "idle").toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const timed: Timed[] = [];
  let length = inOrder.find(({ durationMs }) => durationMs !== null)?.durationMs ?? 10_000;
  for (const of of inOrder) {
    const start = of.start === null ? timed.at(-1)?.end : Date.parse(of.start);
    if (start === undefined) continue;
    length = of.durationMs ?? length;
    timed.push({ of, start, end: start + length });
  }
  return timed;
}

/** Progress of indexing a broadcast. */
export interface Progress {
  working: number;
  failed: Recording[];
  done: number;
}

/** Whether a recording has reached a final state. */
export function isSettled({ state }: Recording): boolean {
  return state === "indexed" || state === "idle" || state === "failed";
}

/** Counts the progress of indexing. */
export function progressOf(recordings: readonly Recording[]): Progress {
  const failed = recordings.filter(({ state }) => state === "failed");
  const done = recordings.filter(({ state }) => state === "indexed").length;
  return { failed, done, working: recordings.filter((recording) => !isSettled(recording)).length };
}

import { pipelinesApartMs, type Moment } from "./clips.ts";
import { clipId, recordingId, type MarkName } from "./ids.ts";
import type { Appearance, Placement } from "./model.ts";
import { endOf } from "./placement.ts";
import { isStandby } from "./standby.ts";
import { posterKey } from "./vod-keys.ts";

/** A time of a channel that an editor marked as an event: a goal. */
export interface Mark extends MarkName {
  /** As the editor wrote it; see `eventId`. */
  label: string;
  /** How much of it belongs to the clip, before and after the time. */
  beforeMs: number;
  afterMs: number;
}

/** What a mark's clip has before and after the time, if the editor doesn't say. */
export const markDefaults = { beforeMs: 12_000, afterMs: 6_000 };

/** The most that a mark's clip can have before, and likewise after, the time. */
export const markReachMs = 5 * 60_000;

/** The same label within this time is the same mark: a double click, or two editors who saw the same. */
export const sameMarkMs = 5_000;

/** A range of wall-clock time, milliseconds since the epoch. */
export interface TimeRange {
  startMs: number;
  endMs: number;
}

/** The range that an editor asked for. */
export function markRange({ atMs, beforeMs, afterMs }: Pick<Mark, "atMs" | "beforeMs" | "afterMs">): TimeRange {
  return { startMs: atMs - beforeMs, endMs: atMs + afterMs };
}

/** Whether a recording has a part of the range. */
export function isTouched(placement: Placement, { startMs, endMs }: TimeRange): boolean {
  return placement.startMs < endMs && endOf(placement) > startMs;
}

/** The whole picture: an event has no face. */
const wholePicture = { left: 0, top: 0, width: 1, height: 1 };

/**
 * The clip of a mark in one broadcast: the marked range as far as it was recorded, neither padded nor joined with
 * others; `undefined` while none of it was. What lies between two recordings is left out. Of two pipelines, only the
 * one that recorded more of the range is shown, since a player could not change over at an exact time.
 */
export function markMoment(mark: Mark, broadcast: string, timeline: readonly Placement[]): Moment | undefined {
  const of = (standby: boolean): Piece[] =>
    piecesOf(
      timeline.filter(({ number }) => isStandby(number) === standby),
      markRange(mark),
    );
  const [first, second] = [of(false), of(true)];
  const pieces = lengthOf(second) > lengthOf(first) + pipelinesApartMs ? second : first;
  const [head, tail] = [pieces[0], pieces.at(-1)];
  if (head === undefined || tail === undefined) return undefined;
  const { channel, subject, atMs } = mark;
  const shown = pieces.map(({ placement: { number, startMs: recordedAtMs }, startMs, endMs }) => ({
    recording: recordingId({ channel, broadcast, number }),
    startMs,
    endMs,
    bestMs: Math.min(Math.max(atMs - recordedAtMs, startMs), endMs),
  }));
  const nearest = pieces.reduce((a, b) => (distance(b, atMs) < distance(a, atMs) ? b : a));
  const poster = posterKey(
    { channel, broadcast, number: nearest.placement.number },
    shown[pieces.indexOf(nearest)]!,
    nearest.placement.durationMs,
  );
  const seen = { startMs: head.placement.startMs + head.startMs, endMs: tail.placement.startMs + tail.endMs };
  return {
    id: clipId({ channel, broadcast, subject, atMs }),
    channel,
    broadcast,
    start: new Date(seen.startMs).toISOString(),
    end: new Date(seen.endMs).toISOString(),
    durationMs: lengthOf(pieces),
    similarity: 100,
    poster: `/${poster}`,
    pieces: shown.map(({ recording, startMs, endMs }) => ({ recording, startMs, endMs })),
    appearances: shown.map((one): Appearance => ({ ...one, similarity: 100, box: wholePicture })),
    seen,
  };
}

/** The part of a recording that is in the range. */
interface Piece {
  placement: Placement;
  /** From the recording's start. */
  startMs: number;
  endMs: number;
}

function piecesOf(timeline: readonly Placement[], range: TimeRange): Piece[] {
  return timeline
    .filter((placement) => isTouched(placement, range))
    .sort((a, b) => a.number - b.number)
    .map((placement) => ({
      placement,
      startMs: Math.max(0, range.startMs - placement.startMs),
      endMs: Math.min(placement.durationMs, range.endMs - placement.startMs),
    }));
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** How far a time is from a piece. */
function distance({ placement, startMs, endMs }: Piece, atMs: number): number {
  const inside = atMs - placement.startMs;
  return Math.max(startMs - inside, inside - endMs, 0);
}

/** A piece of a playlist: where it is in the media, in seconds, and when it was recorded, in ms since the epoch. */
export interface Piece {
  start: number;
  duration: number;
  programDateTime: number | null;
}

/** A part of the startover window, in ms since the epoch. */
export interface Window {
  startMs: number;
  endMs: number;
}

/** Windows begin at multiples of this: viewers of about the same time share one, and with it what the CDN keeps. */
const STEP_MS = 5 * 60_000;
/** Long enough to be changed seldom, short enough for a playlist that is loaded again with each segment. */
const LENGTH_MS = 15 * 60_000;

/** The window to play a time from. */
export function windowAt(timeMs: number): Window {
  const startMs = Math.floor(timeMs / STEP_MS) * STEP_MS;
  return { startMs, endMs: startMs + LENGTH_MS };
}

/**
 * The address of a window's playlist: MediaPackage's time-shifted viewing, whose values must be percent-encoded.
 * https://docs.aws.amazon.com/mediapackage/latest/userguide/msettings-params.html
 */
export function shiftedAddress(playlist: string, { startMs, endMs }: Window): string {
  const settings = `start:${startMs / 1000};end:${endMs / 1000}`;
  return `${playlist}?aws.manifestsettings=${encodeURIComponent(settings)}`;
}

/**
 * Where a time is in the media, in seconds: a time in which nothing was recorded is where the next piece starts.
 * Undefined before the first piece and after the last.
 */
export function positionOf(pieces: readonly Piece[], timeMs: number): number | undefined {
  const timed = pieces.filter((piece) => piece.programDateTime !== null);
  const [first] = timed;
  if (first === undefined || timeMs < (first.programDateTime ?? 0)) return undefined;
  for (const { start, duration, programDateTime } of timed) {
    const into = (timeMs - (programDateTime ?? 0)) / 1000;
    if (into < duration) return start + Math.max(0, into);
  }
  return undefined;
}

/** When what is at a position of the media was recorded, in ms since the epoch. */
export function timeAt(pieces: readonly Piece[], position: number): number | undefined {
  const piece = pieces.findLast(({ start }) => start <= position) ?? pieces[0];
  if (piece === undefined || piece.programDateTime === null) return undefined;
  return piece.programDateTime + (position - piece.start) * 1000;
}

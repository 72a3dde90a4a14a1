const dayMs = 24 * 60 * 60 * 1000;

/**
 * The time of day, in milliseconds, of a timecode `HH:MM:SS:FF` (`;` before the frames: drop-frame); `undefined` for
 * anything else.
 */
export function timeOfDay(timecode: string, frameRate: number): number | undefined {
  const [, hours, minutes, seconds, frames] = /^(\d\d):(\d\d):(\d\d)[:;](\d\d)$/.exec(timecode)?.map(Number) ?? [];
  if (hours === undefined || minutes === undefined || seconds === undefined || frames === undefined) return undefined;
  if (hours > 23 || minutes > 59 || seconds > 59 || !(frameRate > 0)) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Math.round((frames * 1000) / frameRate);
}

/** The moment with this time of day (UTC) that is nearest to another; milliseconds since the epoch. */
export function nearest(timeOfDayMs: number, toMs: number): number {
  const apart = (((timeOfDayMs - toMs) % dayMs) + dayMs) % dayMs;
  return toMs + (apart > dayMs / 2 ? apart - dayMs : apart);
}

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

/** The timecode `HH:MM:SS:FF`, not drop-frame, of a frame that is counted from `00:00:00:00`. */
export function frameTimecode(frame: number, frameRate: number): string {
  // Timecodes count whole frames a second: 30 of 29.97.
  const nominal = Math.max(1, Math.round(frameRate));
  const seconds = Math.floor(frame / nominal);
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60, frame % nominal]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

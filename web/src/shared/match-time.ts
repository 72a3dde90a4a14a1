import { clockTime, stopwatch } from "./format.ts";

/** Says when a moment was, as commentators do: since its broadcast's first picture. Takes its start, ISO 8601. */
export type MatchTime = (start: string) => string;

/** A recording may be placed a little after the moment that begins with it, in milliseconds. */
const SLACK_MS = 1_000;

/**
 * @param firstPictures when broadcasts of a channel, which never overlap, began to show something, in milliseconds
 *   since the epoch, without a gap up to the newest. A time before all of them is told by the clock.
 */
export function matchTimeOf(firstPictures: readonly number[]): MatchTime {
  return (start) => {
    const time = Date.parse(start);
    const from = Math.max(...firstPictures.filter((first) => first <= time + SLACK_MS));
    return from === -Infinity ? clockTime(start) : stopwatch(time - from);
  };
}

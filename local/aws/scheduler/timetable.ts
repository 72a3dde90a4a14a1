import { AwsError } from "../errors.ts";
import { parseSchedule } from "../events/schedule.ts";
import { parseCron, type WallTime } from "./cron.ts";

const minuteMs = 60_000;

/** Whether something is due in the minute that starts at this time (ms since the epoch). */
export type Timetable = (minute: number) => boolean;

/**
 * Reads `at(…)`, `rate(…)` or `cron(…)` as EventBridge Scheduler does, to the minute.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *
 * @param begunMs when a rate starts to count
 */
export function parseTimetable(expression: string, timezone: string, begunMs: number): Timetable {
  const wall = wallClock(timezone);
  if (expression.startsWith("rate(")) {
    const everyMs = parseSchedule(expression);
    const begun = Math.floor(begunMs / minuteMs) * minuteMs;
    return (minute) => minute >= begun && (minute - begun) % everyMs === 0;
  }
  if (expression.startsWith("cron(")) {
    const matches = parseCron(expression);
    return (minute) => matches(wall(minute)) && !isRepeated(wall, minute);
  }
  const time = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}):\d{2}\)$/.exec(expression)?.[1];
  const due = time === undefined ? Number.NaN : Date.parse(`${time}:00Z`);
  if (Number.isNaN(due)) throw new AwsError("ValidationException", `Invalid Schedule Expression ${expression}.`);
  return (moment) => asUtc(wall(moment)) === due && !isRepeated(wall, moment);
}

/** When clocks go back, an hour occurs twice: schedules run in the first. */
function isRepeated(wall: (minute: number) => WallTime, minute: number): boolean {
  return asUtc(wall(minute - 60 * minuteMs)) === asUtc(wall(minute));
}

function asUtc({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

function wallClock(timezone: string): (minute: number) => WallTime {
  const format = formatOf(timezone);
  return (minute) => {
    const parts = new Map(format.formatToParts(minute).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const [year, month, day] = [part("year"), part("month"), part("day")];
    return {
      year,
      month,
      day,
      weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1,
      hour: part("hour"),
      minute: part("minute"),
    };
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  } catch {
    throw new AwsError("ValidationException", `The schedule expression's time zone ${timeZone} is not valid.`);
  }
}

import { AwsError } from "../errors.ts";

/** A minute in local time. */
export interface WallTime {
  year: number;
  /** 1–12. */
  month: number;
  /** 1–31. */
  day: number;
  /** 1–7, Sunday is 1. */
  weekday: number;
  hour: number;
  minute: number;
}

interface FieldRule {
  of: keyof WallTime;
  min: number;
  max: number;
  names?: readonly string[];
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const rules: readonly FieldRule[] = [
  { of: "minute", min: 0, max: 59 },
  { of: "hour", min: 0, max: 23 },
  { of: "day", min: 1, max: 31 },
  { of: "month", min: 1, max: 12, names: months },
  { of: "weekday", min: 1, max: 7, names: weekdays },
  { of: "year", min: 1970, max: 2199 },
];

/**
 * Returns whether a minute matches the six fields of AWS's `cron(0 18 ? * SAT *)`: values, names, ranges, lists, steps,
 * `*` and `?`. `L`, `W` and `#` are rejected by name.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export function parseCron(expression: string): (time: WallTime) => boolean {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(" ") ?? [];
  if (fields.length !== 6 || (fields[2] === "?") === (fields[4] === "?")) throw invalid(expression);
  const allowed = rules.map((rule, index) => ({
    of: rule.of,
    values: valuesOf(fields[index] ?? "", rule, expression),
  }));
  return (time) => allowed.every(({ of, values }) => values === undefined || values.has(time[of]));
}

/** The values that a field allows; undefined for any. */
function valuesOf(field: string, rule: FieldRule, expression: string): Set<number> | undefined {
  if (field === "*" || (field === "?" && (rule.of === "day" || rule.of === "weekday"))) return undefined;
  if ((rule.of === "day" || rule.of === "weekday") && /L$|W$|#/.test(field)) {
    throw new AwsError(
      "NotImplemented",
      `The local engine does not support L, W or # in cron expressions: ${expression}.`,
      501,
    );
  }
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [, range = "", step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first, last] = boundsOf(range, step !== undefined, rule, expression);
    const by = step === undefined ? 1 : Number(step);
    if (by < 1) throw invalid(expression);
    for (let value = first; value <= last; value += by) values.add(value);
  }
  return values;
}

function boundsOf(range: string, stepped: boolean, rule: FieldRule, expression: string): [number, number] {
  if (range === "*") return [rule.min, rule.max];
  const [first, last] = range.split("-").map((text) => numberOf(text, rule, expression));
  if (first === undefined) throw invalid(expression);
  // `0/15` runs from 0 to the end.
  const end = last ?? (stepped ? rule.max : first);
  if (end < first) throw invalid(expression);
  return [first, end];
}

function numberOf(text: string, { min, max, names = [] }: FieldRule, expression: string): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? named + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw invalid(expression);
  return value;
}

function invalid(expression: string): AwsError {
  return new AwsError("ValidationException", `Invalid Schedule Expression ${expression}.`);
}

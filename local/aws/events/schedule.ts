import { AwsError } from "../errors.ts";

const units: Record<string, number> = {
  minute: 60_000,
  minutes: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
};

/**
 * Milliseconds of `rate(5 minutes)`. Cron expressions are rejected.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string): number {
  if (expression.startsWith("cron("))
    throw new AwsError("NotImplemented", `The local engine has rate schedules only, not ${expression}.`, 501);
  const [, value = "", unit = ""] = /^rate\((\d+) (minutes?|hours?|days?)\)$/.exec(expression) ?? [];
  const unitMs = units[unit];
  // AWS requires the singular for 1 and the plural for more.
  if (unitMs === undefined || Number(value) < 1 || (value === "1") === unit.endsWith("s"))
    throw new AwsError("ValidationException", `Parameter ScheduleExpression is not valid: ${expression}.`);
  return Number(value) * unitMs;
}

/**
 * What is wrong with a schedule of EventBridge Scheduler, as the end of a sentence; undefined when nothing is. Times
 * are `at(2026-11-22T18:00:00)` or `cron(0 18 ? * SAT *)`, in a time zone of the IANA's list.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function scheduleProblem(expression: string, timezone: string): string | undefined {
  if (!isTimezone(timezone))
    return `names the time zone ${JSON.stringify(timezone)}, which is none, such as "Europe/Vienna"`;
  const [, at] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  if (at !== undefined && !Number.isNaN(Date.parse(`${at}Z`))) return undefined;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(" ") ?? [];
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  const known =
    fields.length === 6 &&
    [minute, hour, month, year].every((field) => /^[\dA-Z*,/-]+$/.test(field ?? "")) &&
    [dayOfMonth, dayOfWeek].every((field) => /^[\dA-Z*?,/#-]+$/.test(field ?? ""));
  if (!known) return `has no at(2026-11-22T18:00:00) or cron(0 18 ? * SAT *) expression: ${JSON.stringify(expression)}`;
  // One of the two days decides; the other one says so.
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    return (
      `must have "?" as day of the month or as day of the week, and only as one of them: ` + JSON.stringify(expression)
    );
  return undefined;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * What is wrong with a schedule of EventBridge Scheduler, `at(2026-11-22T18:00:00)` or `cron(0 18 ? * SAT *)`, as the
 * end of a sentence; `undefined` when nothing is.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function scheduleProblem(expression: string): string | undefined {
  const [, at] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  if (at !== undefined && !Number.isNaN(Date.parse(`${at}Z`))) return undefined;
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.split(" ") ?? [];
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  const known =
    fields.length === 6 &&
    [minute, hour, month, year].every((field) => /^[\dA-Z*,/-]+$/.test(field ?? "")) &&
    [dayOfMonth, dayOfWeek].every((field) => /^[\dA-Z*?,/#-]+$/.test(field ?? ""));
  if (!known) return "must be at(2026-11-22T18:00:00) or cron(0 18 ? * SAT *)";
  // One of the two days decides; the other must be "?".
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    return 'must have "?" as day of the month or as day of the week, but not as both';
  return undefined;
}

/** Whether `name` is a time zone of the IANA's list, `Europe/Vienna`. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What a log line says; `recording` is on every line about one. */
export type LogFields = Record<string, string | number | boolean | string[] | undefined>;

/** Writes what a function did: one JSON line a step, for CloudWatch Logs Insights. */
export interface StepLog {
  info(step: string, fields?: LogFields): void;
  error(step: string, cause: unknown, fields?: LogFields): void;
}

/** The log of a function's steps. */
export const stepLog: StepLog = {
  info: (step, fields) => console.log(JSON.stringify({ level: "info", step, ...fields })),
  error: (step, cause, fields) => console.log(JSON.stringify({ level: "error", step, error: sentenceOf(cause), ...fields })),
};

/** What went wrong, as text. */
export function sentenceOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

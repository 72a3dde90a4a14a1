import { Logger } from "@aws-lambda-powertools/logger";

/** The fields of a log line besides its step. Never a secret: they stay for as long as the log does. */
export type LogFields = Record<string, string | number | boolean | string[] | undefined> &
  Partial<Record<ReservedField, never>>;

/** Fields that the logger sets itself: it drops others of these names. */
type ReservedField = "level" | "message" | "timestamp" | "sampling_rate";

/** Logs what a function does: one JSON line a step, for CloudWatch Logs Insights. */
export interface StepLog {
  /**
   * The lines from here on are about this recording (`correlation_id`), until the next call or the end of the
   * invocation.
   */
  about(recording: string | undefined): void;
  info(step: string, fields?: LogFields): void;
  /** Something went wrong and is retried. */
  warn(step: string, cause: unknown, fields?: LogFields): void;
  /** Something failed permanently. */
  error(step: string, cause: unknown, fields?: LogFields): void;
}

/** The log of one function, told when an invocation begins and ends. */
export interface InvocationLog extends StepLog {
  begin(context: Context): void;
  end(): void;
}

/** The parts of a Lambda handler's second argument that log lines carry. */
export type Context = Parameters<Logger["addContext"]>[0];

/**
 * The log of the function `service`: lines with `level` (INFO, WARN, ERROR), `message` (the step), `service`,
 * `cold_start`, `function_request_id`, `xray_trace_id` and `correlation_id`.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
export function createStepLog(service: string): InvocationLog {
  const logger = new Logger({ serviceName: service });
  const failure = (cause: unknown): Record<string, unknown> =>
    cause instanceof Error ? { error: cause } : { reason: String(cause) };
  return {
    begin: (context) => logger.addContext(context),
    end: () => logger.resetKeys(),
    about: (recording) =>
      recording === undefined ? logger.removeKeys(["correlation_id"]) : logger.setCorrelationId(recording),
    info: (step, fields = {}) => logger.info(step, fields),
    warn: (step, cause, fields) => logger.warn(step, { ...fields, ...failure(cause) }),
    error: (step, cause, fields) => logger.error(step, { ...fields, ...failure(cause) }),
  };
}

/** What went wrong, as text. */
export function sentenceOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}

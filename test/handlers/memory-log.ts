import { sentenceOf, type LogFields, type StepLog } from "../../pipeline/runtime/step-log.ts";

/** A line as a memory log keeps it. */
export interface LogLine {
  level: "info" | "warn" | "error";
  step: string;
  /** The recording that it is about. */
  recording: string | undefined;
  fields: LogFields;
}

/** A log that keeps its steps. */
export interface MemoryLog extends StepLog {
  lines: LogLine[];
  /** Names of the steps, in order; those of failures with their cause. */
  steps: string[];
}

/** A new log. */
export function memoryLog(): MemoryLog {
  const steps: string[] = [];
  const lines: LogLine[] = [];
  let recording: string | undefined;
  const failure =
    (level: "warn" | "error") =>
    (step: string, cause: unknown, fields: LogFields = {}) => {
      steps.push(`${step}: ${sentenceOf(cause)}`);
      lines.push({ level, step, recording, fields });
    };
  return {
    steps,
    lines,
    about: (id) => void (recording = id),
    info(step, fields = {}) {
      steps.push(step);
      lines.push({ level: "info", step, recording, fields });
    },
    warn: failure("warn"),
    error: failure("error"),
  };
}

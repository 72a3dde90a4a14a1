import { sentenceOf, type StepLog } from "../../handlers/step-log.ts";

/** A log that keeps its steps. */
export interface MemoryLog extends StepLog {
  /** Names of the steps, in order. */
  steps: string[];
}

/** A new log. */
export function memoryLog(): MemoryLog {
  const steps: string[] = [];
  return {
    steps,
    info: (step: string) => steps.push(step),
    error: (step: string, cause: unknown) => steps.push(`${step}: ${sentenceOf(cause)}`),
  };
}

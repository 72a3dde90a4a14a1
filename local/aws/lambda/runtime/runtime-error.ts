import type { FunctionError } from "./messages.ts";

/** An error raised by the runtime, not by the function's code. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly reported: FunctionError;
  constructor(errorType: string, errorMessage: string) {
    super(errorMessage);
    this.reported = { errorType, errorMessage, trace: [] };
  }
}

import { RunError } from "@pulumi/pulumi";

/**
 * An invalid configuration value. The message is one sentence that says which value, why and what to do. Pulumi prints
 * a `RunError` without a stack trace.
 */
export class ConfigError extends RunError {
  readonly code = "INVALID_CONFIG";
  override readonly name = "ConfigError";
  /** The key, with the place inside its value: `channels[1].id`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`Configuration value spotlight:${path} ${problem}.`);
    this.path = path;
  }
}

/** A value in a sentence, at most 80 characters long. */
export function show(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

import type { LogLevel } from "./runtime/messages.ts";

/** Fields that every line has for searching and that a reader at a terminal does not need. */
const unread = new Set([
  "level",
  "message",
  "timestamp",
  "service",
  "cold_start",
  "correlation_id",
  "sampling_rate",
  "xray_trace_id",
  "tenant_id",
]);
const levels: readonly LogLevel[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/**
 * A function's structured log line as a person reads it, `step  recording  key=value`; undefined for any other line.
 * Structured lines are JSON objects with a `level` and a `message`, as Lambda Powertools and Lambda's own JSON format
 * write them.
 */
export function readableLine(line: string): { level: LogLevel; text: string } | undefined {
  const fields = fieldsOf(line);
  if (fields === undefined) return undefined;
  const level = levels.find((known) => known === fields["level"]);
  const message = fields["message"];
  if (level === undefined || typeof message !== "string") return undefined;
  const recording = fields["correlation_id"];
  const values = Object.entries(fields).filter(
    ([name, value]) => !unread.has(name) && !name.startsWith("function_") && value !== undefined && value !== null,
  );
  const parts = [
    message,
    ...(typeof recording === "string" ? [recording] : []),
    values.map(([name, value]) => `${name}=${shown(value)}`).join(" "),
  ];
  return { level, text: parts.filter((part) => part !== "").join("  ") };
}

/** The fields of a line that is a JSON object; undefined for any other. */
export function fieldsOf(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  if (typeof value === "string") return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  if (isError(value)) return JSON.stringify(`${value.name ?? value.type ?? "Error"}: ${value.message}`);
  if (Array.isArray(value)) return `[${value.map(shown).join(",")}]`;
  return JSON.stringify(value);
}

/** An error as loggers write it: by `name` or, as pino does, by `type`. */
function isError(value: unknown): value is { name?: string; type?: string; message: string } {
  return typeof value === "object" && value !== null && "message" in value && typeof value.message === "string";
}

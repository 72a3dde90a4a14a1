import type { ShortLine } from "../aws/lambda/function-log.ts";

/**
 * What a terminal shows of the lines that functions write when all is well: one for each recording, once its clips are
 * there. `fields` are those of a structured line.
 */
export function recordingLine(fields: Record<string, unknown>): ShortLine | undefined {
  const { message, correlation_id: recording, start, timestamp, durationMs, names } = fields;
  if ((message !== "recording-indexed" && message !== "nobody-to-find") || typeof recording !== "string")
    return undefined;
  const [channel = "", , number = ""] = recording.split(".");
  /** From its end until this line was written. */
  const readyMs = Date.parse(String(timestamp)) - Date.parse(String(start)) - Number(durationMs);
  const found = Array.isArray(names) ? names.map(String) : [];
  return {
    part: "recording",
    text: [
      channel === "main" ? number : `${channel} ${number}`,
      seconds(durationMs),
      message === "nobody-to-find" ? "nobody to find" : found.length > 0 ? found.join(", ") : "nobody known",
      seconds(readyMs),
    ].join(" · "),
  };
}

const seconds = (ms: unknown): string => (Number.isFinite(ms) ? `${(Number(ms) / 1000).toFixed(1)} s` : "? s");

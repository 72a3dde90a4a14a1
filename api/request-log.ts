import { LogController, type FastifyServerOptions } from "fastify";
import { parseClipId, parseRecordingId, recordingId } from "../domain/ids.ts";

/** The destination of the lines, such as `process.stdout`. */
export interface LogTarget {
  write(line: string): void;
}

/**
 * Fastify options for a log with lines in the format of the other functions: JSON with `level` (INFO, WARN, ERROR),
 * `message`, `service`, `request_id` (API Gateway's) and, on every line of a call about a recording or one of its
 * clips, `correlation_id`, the recording. Requests themselves are in API Gateway's access log.
 *
 * @param invocation the current invocation's context, for every line
 */
export function requestLog(target: LogTarget, invocation: () => Record<string, unknown>) {
  return {
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "request_id" }),
    logger: {
      level: "info",
      stream: target,
      messageKey: "message",
      base: { service: "api" },
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label.toUpperCase() }) },
      mixin: invocation,
    },
    childLoggerFactory(logger, bindings, options, { url }) {
      const recording = recordingOf(url ?? "");
      return logger.child(recording === undefined ? bindings : { ...bindings, correlation_id: recording }, options);
    },
  } satisfies FastifyServerOptions;
}

/** The recording in a call's path, or the one in which its clip begins. */
function recordingOf(url: string): string | undefined {
  const [, collection, id = ""] = /\/(recordings|clips)\/([^/?]+)/.exec(url) ?? [];
  if (collection === "recordings") return parseRecordingId(id) === undefined ? undefined : id;
  const clip = parseClipId(id);
  return clip === undefined || "atMs" in clip ? undefined : recordingId(clip);
}

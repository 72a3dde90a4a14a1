import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../../log.ts";
import { readableLine } from "./log-line.ts";
import type { LogLevel } from "./runtime/messages.ts";

/** Above this size a log file is rotated to `.1`. */
const maxBytes = 10 * 1024 * 1024;

export interface FunctionLog {
  /** A line that the function printed; `level` is undefined for direct writes to stdout or stderr. */
  line(line: { requestId: string | undefined; level: LogLevel | undefined; message: string }): void;
  /** Lambda's own line after an invocation (REPORT), written to the file only. */
  platform(message: string): void;
}

/**
 * Writes what a function prints to the engine's log, structured lines as a person reads them, and as it is, in Lambda's
 * text format, to `<folder>/<function>.log` (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html). Lines
 * are short and few, so each is written at once: the file is complete even after a SIGKILL.
 */
export function createFunctionLog(folder: string, functionName: string, log: Log): FunctionLog {
  const file = join(folder, `${functionName}.log`);
  mkdirSync(dirname(file), { recursive: true });
  let size = existsSync(file) ? statSync(file).size : 0;

  function append(text: string): void {
    if (size > maxBytes) {
      renameSync(file, `${file}.1`);
      size = 0;
    }
    appendFileSync(file, text);
    size += Buffer.byteLength(text);
  }

  return {
    line({ requestId, level, message }) {
      append(
        level === undefined
          ? `${message}\n`
          : `${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${message}\n`,
      );
      const { level: actual, text } = readableLine(message) ?? { level, text: message };
      if (actual === "ERROR" || actual === "FATAL") log.error(text);
      else if (actual === "WARN") log.warn(text);
      else log.info(text);
    },
    platform: (message) => append(`${message}\n`),
  };
}

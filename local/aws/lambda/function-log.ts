import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../../log.ts";
import { fieldsOf, readableLine } from "./log-line.ts";
import type { LogLevel } from "./runtime/messages.ts";

/** Above this size a log file is rotated to `.1`. */
const maxBytes = 10 * 1024 * 1024;

export interface FunctionLog {
  /** A line that the function printed; `level` is undefined for direct writes to stdout or stderr. */
  line(line: { requestId: string | undefined; level: LogLevel | undefined; message: string }): void;
  /** Lambda's own line after an invocation (REPORT), written to the file only. */
  platform(message: string): void;
}

/** What the engine's log shows in place of a line, under the name of another part. */
export interface ShortLine {
  part: string;
  text: string;
}

/** The short line for the fields of a structured one that says that all is well; undefined leaves it to the file. */
export type Shorten = (fields: Record<string, unknown>) => ShortLine | undefined;

/**
 * Writes what a function prints to the engine's log, structured lines as a person reads them, and as it is, in Lambda's
 * text format, to `<folder>/<function>.log` (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html). Lines
 * are short and few, so each is written at once: the file is complete even after a SIGKILL.
 *
 * @param shorten what the engine's log shows of structured lines below WARN; without it, all of them in full
 */
export function createFunctionLog(folder: string, functionName: string, engine: Log, shorten?: Shorten): FunctionLog {
  const log = engine.child(functionName);
  const file = join(folder, `${functionName}.log`);
  mkdirSync(dirname(file), { recursive: true });
  let size = existsSync(file) ? statSync(file).size : 0;
  let missing = 0;

  /** Without the line if it can't be written, as on a full disk: that is no reason for the function to fail. */
  function append(line: string): void {
    const text = missing === 0 ? line : `\n${missing} lines could not be written.\n${line}`;
    try {
      if (size > maxBytes) {
        renameSync(file, `${file}.1`);
        size = 0;
      }
      appendFileSync(file, text);
      size += Buffer.byteLength(text);
      missing = 0;
    } catch {
      missing += 1;
    }
  }

  return {
    line({ requestId, level, message }) {
      append(
        level === undefined
          ? `${message}\n`
          : `${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${message}\n`,
      );
      const structured = readableLine(message);
      const { level: actual, text } = structured ?? { level, text: message };
      if (actual === "ERROR" || actual === "FATAL") log.error(text);
      else if (actual === "WARN") log.warn(text);
      else if (structured === undefined || shorten === undefined) log.info(text);
      else {
        const short = shorten(fieldsOf(message) ?? {});
        if (short !== undefined) engine.child(short.part).info(short.text);
      }
    },
    platform: (message) => append(`${message}\n`),
  };
}

/** The local engine's log: one readable line per event. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
  /** Returns a log with this part's name in each line. */
  child(part: string): Log;
}

const reset = "\u001b[0m";
const colours = { info: "\u001b[2m", warn: "\u001b[33m", error: "\u001b[31m" } as const;

/** Writes `HH:MM:SS part  message` lines, coloured if `stream` is a terminal. */
export function createLog(
  stream: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  part = "engine",
): Log {
  const write = (level: keyof typeof colours, message: string): void => {
    const line = `${new Date().toISOString().slice(11, 19)} ${part.padEnd(12)} ${message}`;
    stream.write(
      stream.isTTY === true
        ? `${colours[level]}${line}${reset}\n`
        : `${level === "info" ? "" : `${level.toUpperCase()} `}${line}\n`,
    );
  };
  return {
    info: (message) => write("info", message),
    warn: (message) => write("warn", message),
    error: (message, cause) => write("error", cause === undefined ? message : `${message}: ${describe(cause)}`),
    child: (name) => createLog(stream, name),
  };
}

function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}

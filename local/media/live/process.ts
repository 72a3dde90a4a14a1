import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { firstPipe, type LiveJobOrder, type LiveJobReport, type LiveJobSettings } from "./settings.ts";

const jobFile = fileURLToPath(new URL("./job.ts", import.meta.url));

/** How an encoding process ended. */
export interface LiveProcessEnd {
  /** Undefined if it finished its input. */
  failure: string | undefined;
}

export interface LiveProcessEvents {
  report(report: LiveJobReport): void;
  /** Bytes of a packaged rendition's fragmented MP4; never before the report `started`. */
  fragment(rendition: string, bytes: Buffer): void;
}

/** One encoding process, seen from the engine. */
export interface LiveProcess {
  readonly input: Writable;
  /** Resolves after its last report and fragment. */
  readonly ended: Promise<LiveProcessEnd>;
  tell(order: LiveJobOrder): void;
  kill(): void;
}

/**
 * Starts an encoding process. Its reports and fragments are held back until `ready` resolves, so that it can warm up
 * while the previous job finishes.
 */
export function startLiveProcess(
  settings: LiveJobSettings,
  events: LiveProcessEvents,
  ready: Promise<void>,
): LiveProcess {
  const child: ChildProcess = spawn(process.execPath, [jobFile, JSON.stringify(settings)], {
    // A separate process group: a terminal's Ctrl-C goes to the engine, which ends the stream properly.
    detached: true,
    stdio: ["pipe", "ignore", "pipe", "ipc", ...settings.packaged.map(() => "pipe" as const)],
  });
  const input = child.stdin!;
  // A process that has ended closes its pipe; its exit handler reports why.
  input.on("error", () => undefined);

  const outcome: { failure?: string; finished: boolean } = { finished: false };
  let diagnostics = "";
  child.stderr?.on("data", (bytes: Buffer) => (diagnostics = (diagnostics + bytes.toString("utf8")).slice(-1000)));

  const held: LiveJobReport[] = [];
  let open = false;
  const started = Promise.withResolvers<undefined>();
  const take = (report: LiveJobReport): void => {
    if (report.type === "failed") outcome.failure = report.message;
    if (report.type === "finished") outcome.finished = true;
    events.report(report);
    if (report.type === "started") started.resolve(undefined);
  };
  child.on("message", (report: LiveJobReport) => (open ? take(report) : held.push(report)));
  const opened = ready.then(() => {
    open = true;
    held.splice(0).forEach(take);
  });
  const pipes = settings.packaged.map((rendition, i) => {
    const pipe = child.stdio[firstPipe + i] as Readable;
    const drained = new Promise<void>((resolve) => pipe.once("close", () => resolve()));
    pipe.on("error", () => undefined);
    void started.promise.then(() => pipe.on("data", (bytes: Buffer) => events.fragment(rendition, bytes)));
    return { pipe, drained };
  });
  const disconnected = new Promise<void>((resolve) => child.once("disconnect", () => resolve()));
  const exited = new Promise<string | undefined>((resolve) => {
    child.once("error", (cause) => resolve(cause.message));
    child.once("exit", (code, signal) => resolve(code === 0 ? undefined : (signal ?? `code ${code ?? 0}`)));
  });
  const ended = (async (): Promise<LiveProcessEnd> => {
    const exit = await exited;
    await disconnected;
    await opened;
    // A process that failed at its start has nothing to read.
    started.resolve(undefined);
    await Promise.all(pipes.map(({ pipe, drained }) => (pipe.resume(), drained)));
    if (outcome.finished && exit === undefined) return { failure: undefined };
    return {
      failure: [outcome.failure ?? `it ended with ${exit ?? "code 0"}`, diagnostics.trim()].filter(Boolean).join(" "),
    };
  })();
  return {
    input,
    ended,
    tell(order) {
      // One that has ended writes no archive any more.
      if (child.connected) child.send(order, () => undefined);
    },
    kill: () => void child.kill("SIGKILL"),
  };
}

import { fork, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { ConvertReport, ConvertRequest } from "./plan.ts";

/** A process without work is ended after this. */
const idleMs = 60_000;
/** Then a process is replaced, so that what native code may leak stays small. */
const mostRequests = 50;

const jobFile = fileURLToPath(new URL("./job.ts", import.meta.url));

/** What came of a request: the last report, or how the process ended without one. */
export type Outcome = { report: ConvertReport } | { ended: string };

/** Processes that have answered and wait for the next request, the latest last. */
const resting: JobProcess[] = [];

/**
 * Has one request carried out by a process of its own, so that a crash in native code costs this request only. A
 * process that has done its work well is used again: starting one costs as much CPU as converting a second of video.
 */
export async function runRequest(
  request: ConvertRequest,
  options: { signal?: AbortSignal; onProgress?: (percent: number) => void },
): Promise<Outcome> {
  options.signal?.throwIfAborted();
  let process = resting.pop();
  while (process?.alive === false) process = resting.pop();
  process ??= new JobProcess();
  const outcome = await process.run(request, options);
  options.signal?.throwIfAborted();
  // What failed half-way has left its objects open.
  if ("report" in outcome && outcome.report.kind !== "failed" && process.alive && process.requests < mostRequests)
    process.rest();
  else process.end();
  return outcome;
}

/** Ends the processes that wait for work. */
export function endResting(): void {
  for (const process of resting.splice(0)) process.end();
}

class JobProcess {
  requests = 0;
  readonly #child: ChildProcess;
  readonly #exit: Promise<string>;
  #diagnostics = "";
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    // A process group of its own: a terminal's Ctrl-C is for the engine, which stops its jobs itself.
    this.#child = fork(jobFile, [], { detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child.stderr?.on(
      "data",
      (bytes: Buffer) => (this.#diagnostics = (this.#diagnostics + bytes.toString("utf8")).slice(-2000)),
    );
    this.#exit = new Promise((resolve) => {
      this.#child.once("error", (cause) => resolve(cause.message));
      this.#child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code ?? -1}`));
    });
  }

  get alive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends early, as ended, when `signal` aborts. */
  async run(
    request: ConvertRequest,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (percent: number) => void },
  ): Promise<Outcome> {
    clearTimeout(this.#timer);
    this.#hold(true);
    this.requests += 1;
    this.#diagnostics = "";
    const answered = Promise.withResolvers<Outcome>();
    const take = (report: ConvertReport): void => {
      if (report.kind === "progress") onProgress?.(report.percent);
      else answered.resolve({ report });
    };
    const abort = (): void => this.end();
    this.#child.on("message", take);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      // An error here means that the process is gone: its exit says how.
      this.#child.send(request, () => undefined);
      return await Promise.race([
        answered.promise,
        this.#exit.then((how): Outcome => ({ ended: `${how}. ${this.#diagnostics.trim()}`.trim() })),
      ]);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#child.off("message", take);
    }
  }

  rest(): void {
    resting.push(this);
    this.#timer = setTimeout(() => {
      resting.splice(resting.indexOf(this), 1);
      this.end();
    }, idleMs);
    this.#timer.unref();
    this.#hold(false);
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }

  /** Whether this process keeps the engine's process running. */
  #hold(on: boolean): void {
    const { stderr, channel } = this.#child;
    for (const handle of [this.#child, channel, stderr instanceof Socket ? stderr : undefined]) {
      if (on) handle?.ref();
      else handle?.unref();
    }
  }
}

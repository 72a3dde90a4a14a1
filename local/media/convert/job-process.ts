import { fork, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { ConvertReport, ConvertRequest } from "./plan.ts";

/** An idle process is ended after this time. */
const idleMs = 60_000;
/** A process is replaced after this many requests, which bounds leaks of native code. */
const mostRequests = 50;

const jobFile = fileURLToPath(new URL("./job.ts", import.meta.url));

/** The result of a request: the last report, or how the process ended without one. */
export type Outcome = { report: ConvertReport } | { ended: string };

/** Idle processes, the most recently used last. */
const resting: JobProcess[] = [];

/**
 * Runs one request in a separate process, so that a crash in native code affects only this request. A process that
 * succeeded is reused: starting one costs as much CPU as converting a second of video.
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
  // A failed request leaves native objects open.
  if ("report" in outcome && outcome.report.kind !== "failed" && process.alive && process.requests < mostRequests)
    process.rest();
  else process.end();
  return outcome;
}

/** Ends the idle processes. */
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
    // A separate process group: a terminal's Ctrl-C goes to the engine, which stops its jobs itself.
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

  /** Ends early, and counts as ended, when `signal` aborts. */
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
      // An error here means that the process has ended; its exit handler reports how.
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

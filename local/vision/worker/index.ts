import { fork, type ChildProcess } from "node:child_process";
import { setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { Log } from "../../log.ts";
import type { Recogniser } from "../recognisers/index.ts";
import type { StillReport, VideoReport } from "../report.ts";
import type { Answer, Request, Task } from "./messages.ts";

/**
 * Why the worker could not complete a task. `code`: `format` or `too-large` for a photo, `VIDEO_UNREADABLE` for a
 * video, `CRASHED` when the process died during the task, `STOPPED` after {@link FaceWorker.stop}, empty for a fault in
 * the engine.
 */
export class FaceWorkerError extends Error {
  override readonly name = "FaceWorkerError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Pending {
  resolve(answer: Answer): void;
  reject(error: FaceWorkerError): void;
}

export interface FaceWorkerOptions {
  log: Log;
  recogniser: Recogniser;
  /** The process ends after this long without a task. @default 120000 */
  idleMs?: number;
}

/** Below everything that serves viewers: live encoding, the page. */
const lowPriority = 10;
const processFile = fileURLToPath(new URL("process.ts", import.meta.url));

/**
 * Finds faces in a separate process, so that a crash in native code (decoders, networks) costs one task and not the
 * engine. The process starts with the first task, keeps its models loaded and ends when it has been idle for a while.
 */
export class FaceWorker {
  readonly #log: Log;
  readonly recogniser: Recogniser;
  readonly #idleMs: number;
  readonly #pending = new Map<number, Pending>();
  #process: ChildProcess | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #stopped = false;

  constructor(options: FaceWorkerOptions) {
    this.#log = options.log;
    this.recogniser = options.recogniser;
    this.#idleMs = options.idleMs ?? 120_000;
  }

  /** The faces of a JPEG or PNG. Throws {@link FaceWorkerError}. */
  async still(bytes: Uint8Array): Promise<StillReport> {
    const answer = await this.#ask({ kind: "still", bytes });
    if ("still" in answer) return answer.still;
    throw failure(answer);
  }

  /** The faces of a video, sampled `framesPerSecond` times a second. Throws {@link FaceWorkerError}. */
  async video(file: string, framesPerSecond = 2): Promise<VideoReport> {
    const answer = await this.#ask({ kind: "video", file, framesPerSecond });
    if ("video" in answer) return answer.video;
    throw failure(answer);
  }

  /** Process id while the worker is running. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Ends the process; unfinished tasks are rejected with `STOPPED`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const running = this.#process;
    if (running === undefined) return;
    const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGKILL");
    await exited;
  }

  async #ask(task: Task): Promise<Answer> {
    if (this.#stopped) throw new FaceWorkerError("STOPPED", "The engine is stopping.");
    clearTimeout(this.#idle);
    const worker = (this.#process ??= this.#start());
    const id = ++this.#lastId;
    return new Promise<Answer>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      const request: Request = { id, task };
      // An error here means that the process has ended; its exit handler rejects the task.
      worker.send(request, () => undefined);
    });
  }

  #start(): ChildProcess {
    const worker = fork(processFile, [JSON.stringify(this.recogniser)], {
      detached: true,
      serialization: "advanced",
      execArgv: ["--max-old-space-size=512"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    worker.on("message", (answer: Answer) => {
      const pending = this.#pending.get(answer.id);
      this.#pending.delete(answer.id);
      if (this.#pending.size === 0) this.#endWhenIdle(worker);
      pending?.resolve(answer);
    });
    worker.once("error", (cause) => {
      this.#log.error("The vision worker could not be started", cause);
      this.#ended(worker, cause.message);
    });
    worker.once("exit", (code, signal) => this.#ended(worker, signal ?? `exit code ${code ?? "unknown"}`));
    if (worker.pid !== undefined) setPriority(worker.pid, lowPriority);
    return worker;
  }

  #endWhenIdle(worker: ChildProcess): void {
    this.#idle = setTimeout(() => worker.kill("SIGKILL"), this.#idleMs);
    this.#idle.unref();
  }

  #ended(worker: ChildProcess, how: string): void {
    if (this.#process === worker) this.#process = undefined;
    clearTimeout(this.#idle);
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    if (lost.length > 0 && !this.#stopped)
      this.#log.warn(
        `the vision worker ended (${how}) with ${lost.length} unfinished task${lost.length === 1 ? "" : "s"}`,
      );
    const error = this.#stopped
      ? new FaceWorkerError("STOPPED", "The engine is stopping.")
      : new FaceWorkerError("CRASHED", `The vision worker ended (${how}).`);
    for (const pending of lost) pending.reject(error);
  }
}

function failure(answer: Answer): FaceWorkerError {
  return "error" in answer
    ? new FaceWorkerError(answer.error.code, answer.error.message)
    : new FaceWorkerError("", "The vision worker returned the wrong kind of answer.");
}

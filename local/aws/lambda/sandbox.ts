import { Worker } from "node:worker_threads";
import type { FunctionError, InvokeMessage, LogLevel, WorkerMessage, WorkerSettings } from "./runtime/messages.ts";

/** How one invocation ended. Times in milliseconds. */
export interface InvocationResult {
  /** The handler's return value as JSON, or the error's. */
  payload: string;
  error?: FunctionError;
  durationMs: number;
  /** Loading the code, on a worker's first invocation. */
  initMs?: number;
}

export interface SandboxOptions extends WorkerSettings {
  environment: Record<string, string>;
  timeoutMs: number;
  /** Loading the code may take this long (Lambda: 10 s). */
  initTimeoutMs: number;
  onLog(line: { requestId: string | undefined; level: LogLevel | undefined; message: string }): void;
}

/** One execution environment: a worker thread that takes one invocation at a time. */
export interface Sandbox {
  /**
   * A failing function does not throw; its error is in the result. Rejects with {@link SandboxStopped} when the engine
   * stops it.
   */
  invoke(request: { requestId: string; event: string }): Promise<InvocationResult>;
  /** False once the worker has died; then create another. */
  alive(): boolean;
  stop(): Promise<void>;
}

/** The engine stopped this sandbox during an invocation, so the invocation has neither succeeded nor failed. */
export class SandboxStopped extends Error {
  override readonly name = "SandboxStopped";
  constructor() {
    super("The engine stopped while the function was running.");
  }
}

type Ending = { payload: string } | { error: FunctionError };

/**
 * Starts a worker thread for a function. `memoryMb` bounds the JavaScript heap (nine tenths, as Lambda's own runtime
 * sets it): a function that outgrows it dies as on Lambda. Unlike on Lambda, memory outside the heap (buffers, native
 * addons) is not limited.
 */
export function startSandbox(options: SandboxOptions): Sandbox {
  const startedAt = performance.now();
  const { folder, cacheFolder, handler, functionName, functionArn, memoryMb, logGroup, logStream } = options;
  const settings: WorkerSettings = {
    folder,
    cacheFolder,
    handler,
    functionName,
    functionArn,
    memoryMb,
    logGroup,
    logStream,
  };
  const worker = new Worker(new URL("./runtime/bootstrap.js", import.meta.url), {
    name: functionName,
    workerData: settings,
    env: options.environment,
    execArgv: [],
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(memoryMb * 0.9), maxYoungGenerationSizeMb: 16 },
  });
  let alive = true;
  let stopping = false;
  let initMs: number | undefined;
  let current: { requestId: string; settle: (ending: Ending | SandboxStopped) => void } | undefined;
  let broken: FunctionError | undefined;

  const initialized = Promise.withResolvers<undefined>();
  const exited = Promise.withResolvers<undefined>();
  const initTimer = setTimeout(() => {
    die({
      errorType: "Sandbox.Timedout",
      errorMessage: `Error: The init phase took longer than ${options.initTimeoutMs / 1000} seconds`,
    });
  }, options.initTimeoutMs);

  function die(error: FunctionError): void {
    broken ??= error;
    alive = false;
    clearTimeout(initTimer);
    initialized.resolve(undefined);
    current?.settle(stopping ? new SandboxStopped() : { error: broken });
    // Terminating is quick and cannot fail; the exit event signals completion.
    void worker.terminate();
  }

  worker.on("message", (message: WorkerMessage) => {
    switch (message.kind) {
      case "ready":
        clearTimeout(initTimer);
        initMs = performance.now() - startedAt;
        initialized.resolve(undefined);
        break;
      case "broken":
        die(message.error);
        break;
      case "result":
        if (current?.requestId === message.requestId) current.settle({ payload: message.payload });
        break;
      case "thrown":
        if (current?.requestId === message.requestId) current.settle({ error: message.error });
        break;
      case "log":
        options.onLog(message);
        break;
    }
  });
  worker.on("error", (cause) => die(fatal(cause)));
  worker.on("exit", (code) => {
    die({
      errorType: "Runtime.ExitError",
      errorMessage:
        code === 0
          ? "Error: Runtime exited without providing a reason"
          : `Error: Runtime exited with error: exit status ${code}`,
    });
    exited.resolve(undefined);
  });
  forwardLines(worker.stdout, (message) => options.onLog({ requestId: current?.requestId, level: undefined, message }));
  forwardLines(worker.stderr, (message) => options.onLog({ requestId: current?.requestId, level: undefined, message }));

  return {
    alive: () => alive,
    async invoke({ requestId, event }) {
      const ending = Promise.withResolvers<Ending | SandboxStopped>();
      current = { requestId, settle: ending.resolve };
      await initialized.promise;
      const begun = performance.now();
      let timer: NodeJS.Timeout | undefined;
      if (alive) {
        timer = setTimeout(
          () =>
            die({
              errorType: "Sandbox.Timedout",
              errorMessage: `Error: Task timed out after ${(options.timeoutMs / 1000).toFixed(2)} seconds`,
            }),
          options.timeoutMs,
        );
        worker.postMessage({ requestId, event, deadline: Date.now() + options.timeoutMs } satisfies InvokeMessage);
      } else {
        ending.resolve(stopping ? new SandboxStopped() : { error: broken ?? fatal(undefined) });
      }
      const end = await ending.promise;
      clearTimeout(timer);
      current = undefined;
      if (end instanceof SandboxStopped) throw end;
      const times = { durationMs: performance.now() - begun, ...(initMs === undefined ? {} : { initMs }) };
      initMs = undefined;
      if ("payload" in end) return { payload: end.payload, ...times };
      const error = named(end.error, requestId);
      return { payload: JSON.stringify(error), error, ...times };
    },
    async stop() {
      stopping = true;
      die(fatal(undefined));
      await exited.promise;
    },
  };
}

/** Errors from the platform itself have the request's id in their message, as on Lambda. */
function named(error: FunctionError, requestId: string): FunctionError {
  const platform = error.errorType === "Sandbox.Timedout" || error.errorType === "Runtime.ExitError";
  return platform
    ? { errorType: error.errorType, errorMessage: `RequestId: ${requestId} ${error.errorMessage}` }
    : error;
}

function fatal(cause: unknown): FunctionError {
  const outOfMemory = cause instanceof Error && "code" in cause && cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  // Lambda kills a function that outgrows its memory with SIGKILL.
  if (outOfMemory)
    return { errorType: "Runtime.ExitError", errorMessage: "Error: Runtime exited with error: signal: killed" };
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `Error: Runtime exited with error: ${cause instanceof Error ? cause.message : "stopped"}`,
  };
}

function forwardLines(stream: NodeJS.ReadableStream, forward: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") forward(line);
  });
  stream.on("end", () => {
    if (rest !== "") forward(rest);
  });
}

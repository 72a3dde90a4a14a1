/** Messages between the engine's thread and a function's worker thread. */

/** `workerData` of a function's worker. */
export interface WorkerSettings {
  /** Folder of the function's code, its `LAMBDA_TASK_ROOT`. */
  folder: string;
  /** Where compiled code is kept for the next worker. */
  cacheFolder: string;
  /** `index.handler` */
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMb: number;
  logGroup: string;
  logStream: string;
}

/** One invocation, as the engine sends it to an idle worker. */
export interface InvokeMessage {
  requestId: string;
  /** JSON */
  event: string;
  /** Milliseconds since the epoch at which the worker will be killed. */
  deadline: number;
}

/** Lambda's response when a function fails, by an error of its own or of the runtime. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type LogLevel = "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL";

export type WorkerMessage =
  | { kind: "ready" }
  /** The code could not be loaded, or failed outside an invocation. The worker then exits. */
  | { kind: "broken"; error: FunctionError }
  | { kind: "result"; requestId: string; payload: string }
  | { kind: "thrown"; requestId: string; error: FunctionError }
  | { kind: "log"; requestId: string | undefined; level: LogLevel; message: string };

import { existsSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { RuntimeError } from "./runtime-error.ts";
import type { FunctionError, InvokeMessage, LogLevel, WorkerMessage, WorkerSettings } from "./messages.ts";

/**
 * The worker thread of a function: loads its code once, then handles one invocation at a time, as Lambda's
 * Node.js runtime does (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html). The engine starts it with
 * the function's environment as `process.env`.
 */
const settings = workerData as WorkerSettings;
const port = parentPort;
if (port === null) throw new Error("The runtime bootstrap runs in a worker thread only.");

type Handler = (event: unknown, context: object) => unknown;

let requestId: string | undefined;
const send = (message: WorkerMessage): void => port.postMessage(message);

const levels = { log: "INFO", info: "INFO", warn: "WARN", error: "ERROR", debug: "DEBUG", trace: "TRACE" } as const;
for (const [method, level] of Object.entries(levels) as [keyof typeof levels, LogLevel][]) {
  console[method] = (...values: unknown[]): void => send({ kind: "log", requestId, level, message: format(...values) });
}

process.on("uncaughtException", (cause) => breakDown(toError(cause)));
process.on("unhandledRejection", (cause) =>
  breakDown({ ...toError(cause), errorType: "Runtime.UnhandledPromiseRejection" }),
);

try {
  // Saves about a third of a large bundle's loading time from the second worker on.
  enableCompileCache(settings.cacheFolder);
  const handler = await load();
  // A killed worker would not write the cache.
  flushCompileCache();
  port.on("message", (message: InvokeMessage) => void answer(handler, message));
  send({ kind: "ready" });
} catch (cause) {
  breakDown(cause instanceof RuntimeError ? cause.reported : toError(cause));
}

async function answer(handler: Handler, message: InvokeMessage): Promise<void> {
  requestId = message.requestId;
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    send({ kind: "result", requestId: message.requestId, payload: serialize(result) });
  } catch (cause) {
    send({
      kind: "thrown",
      requestId: message.requestId,
      error: cause instanceof RuntimeError ? cause.reported : toError(cause),
    });
  }
}

async function load(): Promise<Handler> {
  const named = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(settings.handler);
  if (named === null) throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  const [, file = "", name = ""] = named;
  const module = [".js", ".mjs", ".cjs"]
    .map((extension) => join(settings.folder, `${file}${extension}`))
    .find((path) => existsSync(path));
  if (module === undefined) throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const handler = name.split(".").reduce<unknown>(member, await importModule(module));
  if (typeof handler !== "function")
    throw new RuntimeError("Runtime.HandlerNotFound", `${settings.handler} is undefined or not exported`);
  if (handler.length > 2) {
    throw new RuntimeError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
        "Return a value or a promise instead.",
    );
  }
  return handler as Handler;
}

async function importModule(path: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new RuntimeError("Runtime.UserCodeSyntaxError", String(cause));
    if (
      cause instanceof Error &&
      "code" in cause &&
      (cause.code === "ERR_MODULE_NOT_FOUND" || cause.code === "MODULE_NOT_FOUND")
    ) {
      throw new RuntimeError("Runtime.ImportModuleError", String(cause));
    }
    throw cause;
  }
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const direct: unknown = Reflect.get(value, key);
  // A CommonJS file's exports are also its default export.
  const fallback: unknown = Reflect.get(value, "default");
  return direct ?? (typeof fallback === "object" && fallback !== null ? Reflect.get(fallback, key) : undefined);
}

/** The context object: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf({ requestId: awsRequestId, deadline }: InvokeMessage): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: "$LATEST",
    functionName: settings.functionName,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    invokedFunctionArn: settings.functionArn,
    awsRequestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function serialize(result: unknown): string {
  try {
    // Undefined and functions have no JSON.
    const payload: unknown = JSON.stringify(result);
    return typeof payload === "string" ? payload : "null";
  } catch {
    throw new RuntimeError("Runtime.MarshalError", "Unable to stringify response body");
  }
}

function toError(cause: unknown): FunctionError {
  if (!(cause instanceof Error)) return { errorType: typeof cause, errorMessage: String(cause), trace: [] };
  return { errorType: cause.name, errorMessage: cause.message, trace: (cause.stack ?? "").split("\n") };
}

function breakDown(error: FunctionError): void {
  send({ kind: "broken", error });
  // In a worker thread this ends the thread alone.
  process.exit(1);
}

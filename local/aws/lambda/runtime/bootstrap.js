// @ts-check
// Plain JavaScript with checked types: Node would load its TypeScript compiler into every worker, which costs each of
// them 60 ms of CPU time and 11 MB.
import console from "node:console";
import { existsSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import { parentPort, workerData } from "node:worker_threads";

/** @import { FunctionError, InvokeMessage, LogLevel, WorkerMessage, WorkerSettings } from "./messages.ts" */
/** @typedef {(event: unknown, context: object) => unknown} Handler */

/** An error raised by the runtime, not by the function's code. */
class RuntimeError extends Error {
  /**
   * @param {string} errorType
   * @param {string} errorMessage
   */
  constructor(errorType, errorMessage) {
    super(errorMessage);
    this.name = "RuntimeError";
    /** @type {FunctionError} */
    this.reported = { errorType, errorMessage, trace: [] };
  }
}

/**
 * The worker thread of a function: loads its code once, then handles one invocation at a time, as Lambda's
 * Node.js runtime does (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html). The engine starts it with
 * the function's environment as `process.env`.
 */
/** @type {WorkerSettings} */
const settings = workerData;
const port = parentPort;
if (port === null) throw new Error("The runtime bootstrap runs in a worker thread only.");

/** @type {string | undefined} */
let requestId;
/** @param {WorkerMessage} message */
const send = (message) => port.postMessage(message);

/** @type {["log" | "info" | "warn" | "error" | "debug" | "trace", LogLevel][]} */
const levels = [
  ["log", "INFO"],
  ["info", "INFO"],
  ["warn", "WARN"],
  ["error", "ERROR"],
  ["debug", "DEBUG"],
  ["trace", "TRACE"],
];
for (const [method, level] of levels) {
  /** @param {unknown[]} values */
  console[method] = (...values) => send({ kind: "log", requestId, level, message: format(...values) });
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
  port.on("message", /** @param {InvokeMessage} message */ (message) => void answer(handler, message));
  send({ kind: "ready" });
} catch (cause) {
  breakDown(cause instanceof RuntimeError ? cause.reported : toError(cause));
}

/**
 * @param {Handler} handler
 * @param {InvokeMessage} message
 */
async function answer(handler, message) {
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

/** @returns {Promise<Handler>} */
async function load() {
  const named = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(settings.handler);
  if (named === null) throw new RuntimeError("Runtime.MalformedHandlerName", "Bad handler");
  const [, file = "", name = ""] = named;
  const module = [".js", ".mjs", ".cjs"]
    .map((extension) => join(settings.folder, `${file}${extension}`))
    .find((path) => existsSync(path));
  if (module === undefined) throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  const handler = name.split(".").reduce(member, await importModule(module));
  if (typeof handler !== "function")
    throw new RuntimeError("Runtime.HandlerNotFound", `${settings.handler} is undefined or not exported`);
  if (handler.length > 2) {
    throw new RuntimeError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. " +
        "Return a value or a promise instead.",
    );
  }
  return /** @type {Handler} */ (handler);
}

/**
 * @param {string} path
 * @returns {Promise<unknown>}
 */
async function importModule(path) {
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

/**
 * @param {unknown} value
 * @param {string} key
 * @returns {unknown}
 */
function member(value, key) {
  if (typeof value !== "object" || value === null) return undefined;
  /** @type {unknown} */
  const direct = Reflect.get(value, key);
  // A CommonJS file's exports are also its default export.
  /** @type {unknown} */
  const fallback = Reflect.get(value, "default");
  return direct ?? (typeof fallback === "object" && fallback !== null ? Reflect.get(fallback, key) : undefined);
}

/**
 * The context object: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 *
 * @param {InvokeMessage} message
 */
function contextOf({ requestId: awsRequestId, deadline }) {
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

/** @param {unknown} result */
function serialize(result) {
  try {
    // Undefined and functions have no JSON.
    /** @type {unknown} */
    const payload = JSON.stringify(result);
    return typeof payload === "string" ? payload : "null";
  } catch {
    throw new RuntimeError("Runtime.MarshalError", "Unable to stringify response body");
  }
}

/**
 * @param {unknown} cause
 * @returns {FunctionError}
 */
function toError(cause) {
  if (!(cause instanceof Error)) return { errorType: typeof cause, errorMessage: String(cause), trace: [] };
  return { errorType: cause.name, errorMessage: cause.message, trace: (cause.stack ?? "").split("\n") };
}

/** @param {FunctionError} error */
function breakDown(error) {
  send({ kind: "broken", error });
  // In a worker thread this ends the thread alone.
  process.exit(1);
}

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { availableParallelism } from "node:os";
import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { compileCacheOf } from "./code.ts";
import { defaultEventInvoke, type EventInvokeConfiguration, type FunctionConfiguration } from "./configuration.ts";
import { environmentOf } from "./environment.ts";
import { createFunctionLog, type FunctionLog, type Shorten } from "./function-log.ts";
import { createPool, type Pool } from "./pool.ts";
import type { PermissionStatement } from "./permissions.ts";
import { startSandbox, type InvocationResult } from "./sandbox.ts";

/** A deployed function and its running parts. */
export interface LambdaFunction {
  configuration: FunctionConfiguration;
  eventInvoke: EventInvokeConfiguration;
  /** The resource policy's statements by their ids. */
  permissions: Map<string, PermissionStatement>;
  pool: Pool;
  log: FunctionLog;
}

export interface Registry {
  /** By name, ARN, partial ARN or ARN with `:$LATEST`. Throws ResourceNotFoundException. */
  get(nameOrArn: string): LambdaFunction;
  find(nameOrArn: string): LambdaFunction | undefined;
  all(): LambdaFunction[];
  put(configuration: FunctionConfiguration): Promise<LambdaFunction>;
  remove(name: string): Promise<void>;
  /** Runs one invocation; `event` is JSON. */
  run(fn: LambdaFunction, event: string, requestId?: string): Promise<InvocationResult>;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** The gateway's base URL. */
  endpoint: () => string;
  /** Concurrent invocations of a function without reserved concurrency. Default: one per core, at least 2. */
  defaultConcurrency?: number;
  /** What the engine's log shows of what functions write when all is well. Default: all of it. */
  shorten?: Shorten | undefined;
  /** How long an idle sandbox stays warm. Default 2 min, to span the pauses between recordings. */
  idleMs?: number;
  /** How long a function may take to load. Default 10 s, as on Lambda. */
  initTimeoutMs?: number;
}

/**
 * Largest response of a synchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxResponseBytes = 6_291_556;

/**
 * The functions of this engine; `onFinished` is called for every free worker. They are provisioned again at each start,
 * so nothing is stored on disk.
 */
export function createRegistry(cloud: Cloud, options: RegistryOptions & { onFinished: () => void }): Registry {
  const functions = new Map<string, LambdaFunction>();
  const bound = options.defaultConcurrency ?? Math.max(2, availableParallelism());

  function poolOf(configuration: FunctionConfiguration, log: FunctionLog): Pool {
    return createPool({
      bound: configuration.reservedConcurrency ?? bound,
      idleMs: options.idleMs ?? 120_000,
      start() {
        const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
        const logStream = `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
        const credentials = cloud.iam.credentials(configuration.roleArn);
        return startSandbox({
          folder: configuration.code.folder,
          cacheFolder: compileCacheOf(configuration.code.folder),
          handler: configuration.handler,
          functionName: configuration.name,
          functionArn: configuration.arn,
          memoryMb: configuration.memoryMb,
          logGroup: configuration.logGroup,
          logStream,
          environment: environmentOf(configuration, {
            region: cloud.region,
            endpoint: options.endpoint(),
            credentials,
            logStream,
          }),
          timeoutMs: configuration.timeoutSeconds * 1000,
          initTimeoutMs: options.initTimeoutMs ?? 10_000,
          onLog: (line) => log.line(line),
        });
      },
    });
  }

  const registry: Registry = {
    find: (nameOrArn) => functions.get(nameOf(nameOrArn)),
    get(nameOrArn) {
      const found = functions.get(nameOf(nameOrArn));
      if (found === undefined) {
        throw new AwsError(
          "ResourceNotFoundException",
          `Function not found: arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${nameOf(nameOrArn)}`,
          404,
          { Type: "User" },
        );
      }
      return found;
    },
    all: () => [...functions.values()],
    async put(configuration) {
      const before = functions.get(configuration.name);
      const log =
        before?.log ??
        createFunctionLog(join(cloud.dataFolder, "logs"), configuration.name, cloud.log, options.shorten);
      const fn: LambdaFunction = {
        configuration,
        eventInvoke: before?.eventInvoke ?? { ...defaultEventInvoke },
        permissions: before?.permissions ?? new Map<string, PermissionStatement>(),
        pool: poolOf(configuration, log),
        log,
      };
      functions.set(configuration.name, fn);
      await before?.pool.close();
      return fn;
    },
    async remove(name) {
      const before = functions.get(name);
      functions.delete(name);
      await before?.pool.close();
    },
    async run(fn, event, requestId = crypto.randomUUID()) {
      const { configuration, log } = fn;
      const result = limited(await fn.pool.run({ requestId, event }).finally(options.onFinished));
      const billed = Math.ceil(result.durationMs + (result.initMs ?? 0));
      const init = result.initMs === undefined ? "" : `\tInit Duration: ${result.initMs.toFixed(2)} ms`;
      log.platform(
        `REPORT RequestId: ${requestId}\tDuration: ${result.durationMs.toFixed(2)} ms\tBilled ` +
          `Duration: ${billed} ms\tMemory Size: ${configuration.memoryMb} MB${init}`,
      );
      if (result.error !== undefined) {
        log.line({
          requestId,
          level: "ERROR",
          message: `Invoke Error ${result.error.errorType}: ${result.error.errorMessage}${traceOf(result.error.trace)}`,
        });
      }
      return result;
    },
    async stop() {
      await Promise.all([...functions.values()].map((fn) => fn.pool.close()));
    },
  };
  return registry;
}

/** The function's principal when Lambda acts for it (dead letters, polling its queue). */
export function roleOf(fn: LambdaFunction): Principal {
  return { kind: "role", arn: fn.configuration.roleArn };
}

/** The function's name from a name, ARN, partial ARN or invoke ARN, with or without a `$LATEST` qualifier. */
export function nameOf(nameOrArn: string): string {
  const invoke = /\/functions\/(.+)\/invocations$/.exec(nameOrArn)?.[1] ?? nameOrArn;
  const parts = invoke.replace(/:\$LATEST$/, "").split(":");
  const at = parts.indexOf("function");
  return (at === -1 ? parts.at(-1) : parts[at + 1]) ?? "";
}

function limited(result: InvocationResult): InvocationResult {
  if (Buffer.byteLength(result.payload) <= maxResponseBytes) return result;
  const error = {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
  };
  return { ...result, payload: JSON.stringify(error), error };
}

function traceOf(trace: readonly string[] | undefined): string {
  const frames = trace?.slice(1, 4).map((line) => line.trim()) ?? [];
  return frames.length === 0 ? "" : ` (${frames.join(" ")})`;
}

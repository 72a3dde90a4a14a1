import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Cloud, Functions, ServiceModule } from "../cloud.ts";
import type { StreamService } from "../dynamodb/streams/stream-service.ts";
import { AwsError } from "../errors.ts";
import type { QueueService } from "../sqs/queue-service.ts";
import { lambdaApi } from "./api.ts";
import { createAsynchronousInvocations } from "./asynchronous.ts";
import { removeUnusedCode } from "./code.ts";
import type { Mapping } from "./event-source-mapping/mapping.ts";
import { authorizeFunction } from "./permissions.ts";
import { createRegistry, type RegistryOptions } from "./registry.ts";
import { eventInvokeConfigProvider } from "./resources/event-invoke-config.ts";
import { eventSourceMappingProvider } from "./resources/event-source-mapping.ts";
import { functionProvider } from "./resources/function.ts";
import { permissionProvider } from "./resources/permission.ts";

export interface LambdaOptions extends RegistryOptions {
  /** The local queues: sources of event source mappings, and dead-letter targets. */
  queues: QueueService;
  /** The local tables' streams: sources of event source mappings. */
  streams: StreamService;
  /**
   * Delay before the first retry of a failed asynchronous invocation; the second waits twice as long. Default 1 s (AWS
   * waits a minute), because on one machine someone is usually watching.
   */
  retryDelayMs?: number;
  /** Delay before a mapping without access to its source retries. Default 5 s. */
  problemRetryMs?: number;
}

/**
 * Largest event of a synchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxSynchronousBytes = 6_291_456;
/** How long running work may take to finish when the engine stops; the rest returns to its queue. */
const graceMs = 1000;

/**
 * Lambda on this machine: each function runs its bundle in worker threads with its environment, memory, timeout and its
 * role's permissions. Asynchronous events and queues are durable: a stop or a SIGKILL loses none.
 *
 * Unlike on AWS, a worker is not frozen between invocations, memory bounds only the JavaScript heap, and a function
 * that reserves no concurrency waits for a free worker instead of scaling out.
 */
export function createLambda(cloud: Cloud, options: LambdaOptions): ServiceModule & Functions {
  // A stored event may be waiting for a free worker.
  const registry = createRegistry(cloud, { ...options, onFinished: () => asynchronous.wake() });
  const codeRoot = join(cloud.dataFolder, "functions");
  const mappings = new Map<string, Mapping>();
  const asynchronous = createAsynchronousInvocations(cloud, registry, {
    queues: options.queues,
    retryDelayMs: options.retryDelayMs ?? 1000,
  });

  const functions: Functions = {
    async invokeLater(functionArn, event, source) {
      const fn = registry.get(functionArn);
      authorizeFunction(cloud, fn, source);
      asynchronous.add(fn, JSON.stringify(event ?? null), crypto.randomUUID());
    },
    async invoke(functionArn, event, source) {
      const fn = registry.get(functionArn);
      authorizeFunction(cloud, fn, source);
      const payload = JSON.stringify(event ?? null);
      if (Buffer.byteLength(payload) > maxSynchronousBytes) {
        throw new AwsError(
          "RequestTooLargeException",
          `Request must be smaller than ${maxSynchronousBytes} bytes for the InvokeFunction operation`,
          413,
          { Type: "User" },
        );
      }
      const { reservedConcurrency } = fn.configuration;
      if (reservedConcurrency !== undefined && fn.pool.free() <= 0) {
        throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
          Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
          Type: "User",
        });
      }
      const result = await registry.run(fn, payload);
      return { payload: result.payload, ...(result.error === undefined ? {} : { error: result.error }) };
    },
  };

  return {
    ...functions,
    api: lambdaApi(cloud, registry, mappings, { functions, asynchronous }),
    resources: [
      functionProvider(cloud, registry, codeRoot),
      permissionProvider(registry),
      eventSourceMappingProvider(cloud, registry, mappings, {
        queues: options.queues,
        streams: options.streams,
        retryDelayMs: options.retryDelayMs ?? 1000,
        problemRetryMs: options.problemRetryMs ?? 5000,
      }),
      eventInvokeConfigProvider(registry),
    ],
    async start() {
      if (existsSync(codeRoot))
        await removeUnusedCode(codeRoot, new Set(registry.all().map((fn) => fn.configuration.code.folder)));
      asynchronous.start();
      for (const mapping of mappings.values()) mapping.start();
    },
    async stop() {
      const stopped = Promise.all([...[...mappings.values()].map((mapping) => mapping.stop()), asynchronous.stop()]);
      const grace = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => grace.resolve(undefined), graceMs);
      await Promise.race([stopped, grace.promise]);
      clearTimeout(timer);
      await registry.stop();
      await stopped;
    },
  };
}

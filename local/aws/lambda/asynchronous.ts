import { join } from "node:path";
import { forwardNow } from "../../forward-clock.ts";
import type { Cloud, MessageAttributes } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import type { QueueService } from "../sqs/queue-service.ts";
import { openOutbox, type Delivery, type Outcome } from "../support/outbox.ts";
import type { FunctionError } from "./runtime/messages.ts";
import type { LambdaFunction, Registry } from "./registry.ts";
import { roleOf } from "./registry.ts";
import { SandboxStopped, type InvocationResult } from "./sandbox.ts";

/**
 * Largest event of an asynchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const maxEventBytes = 1_048_576;

export interface AsynchronousInvocations {
  /** Stores the event (JSON); when it returns, the event survives a SIGKILL. */
  add(fn: LambdaFunction, event: string, requestId: string): void;
  start(): void;
  /** Checks for functions that have become free. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Lambda's queue of asynchronous invocations: a failing event is retried after `retryDelayMs`, then after twice
 * that (AWS: one and two minutes), and then goes to the function's dead-letter target and on-failure destination.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createAsynchronousInvocations(
  cloud: Cloud,
  registry: Registry,
  options: { queues: Pick<QueueService, "send">; retryDelayMs: number },
): AsynchronousInvocations {
  const log = cloud.log.child("lambda");
  const outbox = openOutbox({
    file: join(cloud.dataFolder, "lambda.db"),
    log,
    room: (name) => registry.find(name)?.pool.free() ?? 1,
    deliver,
  });

  async function deliver(delivery: Delivery): Promise<Outcome> {
    const fn = registry.find(delivery.lane);
    if (fn === undefined) {
      log.warn(`The function ${delivery.lane} no longer exists; dropping its event ${delivery.id}.`);
      return "done";
    }
    const { maximumEventAgeSeconds, maximumRetryAttempts } = fn.eventInvoke;
    if (forwardNow() - delivery.createdAt > maximumEventAgeSeconds * 1000)
      return giveUp(fn, delivery, "EventAgeExceeded", undefined);
    // A function with no concurrency accepts no events: they move to its dead-letter target immediately.
    if (fn.configuration.reservedConcurrency === 0) return giveUp(fn, delivery, "ZeroReservedConcurrency", undefined);
    let result: InvocationResult;
    try {
      result = await registry.run(fn, delivery.body, delivery.id);
    } catch (cause) {
      if (cause instanceof SandboxStopped) return "keep";
      throw cause;
    }
    if (result.error === undefined) return succeed(fn, delivery, result);
    if (delivery.attempts >= maximumRetryAttempts) return giveUp(fn, delivery, "RetriesExhausted", result);
    return { retryInMs: options.retryDelayMs * 2 ** delivery.attempts };
  }

  async function succeed(fn: LambdaFunction, delivery: Delivery, result: InvocationResult): Promise<Outcome> {
    const destination = fn.eventInvoke.onSuccessArn;
    if (destination !== undefined) await hand(fn, destination, record(fn, delivery, "Success", result));
    return "done";
  }

  async function giveUp(
    fn: LambdaFunction,
    delivery: Delivery,
    condition: string,
    result: InvocationResult | undefined,
  ): Promise<Outcome> {
    const target = fn.configuration.deadLetterTargetArn;
    const destination = fn.eventInvoke.onFailureArn;
    const kept = [target, destination].filter((arn) => arn !== undefined).join(" and ");
    const reason = result?.error === undefined ? condition : `${result.error.errorType}: ${result.error.errorMessage}`;
    log.error(
      `${fn.configuration.name} failed on every attempt for event ${delivery.id} (${reason}); ` +
        `${kept === "" ? "it has no dead-letter target, so the event is lost" : `the event goes to ${kept}`}.`,
    );
    if (target !== undefined) await hand(fn, target, delivery.body, deadLetterAttributes(delivery.id, result?.error));
    if (destination !== undefined) await hand(fn, destination, record(fn, delivery, condition, result));
    return "done";
  }

  /** Sends with the function's role, as Lambda does. A rejected record is lost, as on AWS, and logged. */
  async function hand(fn: LambdaFunction, arn: string, body: string, attributes?: MessageAttributes): Promise<void> {
    try {
      const service = arn.split(":")[2];
      if (service === "sqs") await options.queues.send(arn, body, roleOf(fn), attributes);
      else if (service === "sns") await cloud.topics.publish(arn, body, roleOf(fn));
      else await cloud.functions.invokeLater(arn, JSON.parse(body), roleOf(fn));
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      log.error(`${fn.configuration.name} could not deliver to ${arn}: ${cause.message}`);
    }
  }

  return {
    add(fn, event, requestId) {
      const size = Buffer.byteLength(event);
      if (size > maxEventBytes)
        throw new AwsError(
          "RequestTooLargeException",
          `${size} byte payload is too large for the Event invocation type (limit ${maxEventBytes} bytes)`,
          413,
          { Type: "User" },
        );
      outbox.add([{ lane: fn.configuration.name, body: event, id: requestId }]);
    },
    start: () => outbox.start(),
    wake: () => outbox.wake(),
    stop: () => outbox.stop(),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function record(
  fn: LambdaFunction,
  delivery: Delivery,
  condition: string,
  result: InvocationResult | undefined,
): string {
  const requestPayload: unknown = JSON.parse(delivery.body);
  const responsePayload: unknown = result === undefined ? undefined : JSON.parse(result.payload);
  return JSON.stringify({
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: delivery.id,
      functionArn: `${fn.configuration.arn}:$LATEST`,
      condition,
      approximateInvokeCount: delivery.attempts + (result === undefined ? 0 : 1),
    },
    requestPayload,
    responseContext:
      result === undefined
        ? undefined
        : {
            statusCode: 200,
            executedVersion: "$LATEST",
            ...(result.error === undefined ? {} : { functionError: "Unhandled" }),
          },
    responsePayload,
  });
}

function deadLetterAttributes(requestId: string, error: FunctionError | undefined): MessageAttributes {
  return {
    RequestID: { DataType: "String", StringValue: requestId },
    ErrorCode: { DataType: "Number", StringValue: "200" },
    ErrorMessage: { DataType: "String", StringValue: (error?.errorMessage ?? "The event was too old.").slice(0, 1024) },
  };
}

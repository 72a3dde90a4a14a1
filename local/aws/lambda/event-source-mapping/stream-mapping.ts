import { isFull } from "../../../disk.ts";
import type { Cloud } from "../../cloud.ts";
import type { StreamRecord } from "../../dynamodb/streams/record.ts";
import type { StartingPosition, StreamService } from "../../dynamodb/streams/stream-service.ts";
import { AwsError } from "../../errors.ts";
import type { EventPattern } from "../../events/pattern.ts";
import { roleOf, type Registry } from "../registry.ts";
import { SandboxStopped, type InvocationResult } from "../sandbox.ts";
import { onceThereIsRoom } from "../../support/once-there-is-room.ts";
import type { Mapping, MappingConfiguration } from "./mapping.ts";
import { pause } from "./pause.ts";
import { discardedBatch, doneBefore, fitting } from "./stream-batch.ts";

/** A DynamoDB stream that feeds a function. */
export interface StreamMappingConfiguration extends MappingConfiguration {
  startingPosition: StartingPosition;
  bisectBatchOnFunctionError: boolean;
  /** Infinity: until a record is too old. */
  maximumRetryAttempts: number;
  maximumRecordAgeSeconds: number;
  /** A record that matches none is passed over. No filters: all records. */
  filters: readonly EventPattern[];
  /** The queue that hears of records that were given up. */
  onFailureArn: string | undefined;
}

/** Longest time between two tries. */
const longestPauseMs = 60_000;

/**
 * Reads a table's stream with the function's role and invokes the function with batches, one at a time, in order. A
 * failed batch is tried again until it succeeds or is given up; what comes after it waits.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function createStreamMapping(
  cloud: Cloud,
  registry: Registry,
  streams: StreamService,
  configuration: StreamMappingConfiguration,
  options: { problemRetryMs: number; retryDelayMs: number },
): Mapping {
  const { sourceArn: streamArn, functionName, uuid, batchSize, filters } = configuration;
  const log = cloud.log.child("lambda");
  const abort = new AbortController();
  const stopping = (): boolean => abort.signal.aborted;
  let problem: string | undefined;
  let loop: Promise<void> | undefined;

  async function poll(): Promise<void> {
    while (!stopping()) {
      try {
        streams.authorizeReader(streamArn, roleOf(registry.get(functionName)));
        problem = undefined;
        const batch = fitting(await gather());
        await deliver(
          batch.filter((record) => filters.length === 0 || filters.some((filter) => filter.matches(record))),
        );
        // What the filters pass over is done too.
        if (batch.length > 0 && !stopping()) await advance(batch.at(-1)!);
      } catch (cause) {
        if (!(cause instanceof AwsError)) throw cause;
        if (problem !== cause.message) log.error(`${functionName} cannot read ${streamArn}: ${cause.message}`);
        problem = cause.message;
        await pause(options.problemRetryMs, abort.signal);
      }
    }
  }

  async function gather(): Promise<readonly StreamRecord[]> {
    const receive = (): Promise<readonly StreamRecord[]> =>
      streams.receive(streamArn, uuid, { max: batchSize, signal: abort.signal });
    const found = await receive();
    const { batchingWindowSeconds } = configuration;
    if (found.length === 0 || found.length === batchSize || batchingWindowSeconds === 0) return found;
    await pause(batchingWindowSeconds * 1000, abort.signal);
    return receive();
  }

  /** Hands records to the function until it is done with them or they are given up, or the mapping stops. */
  async function deliver(batch: readonly StreamRecord[]): Promise<void> {
    let left = batch;
    for (let attempt = 0; left.length > 0 && !stopping(); attempt++) {
      const result = await invoke(left);
      const done = result === undefined ? 0 : doneBefore(left, result, configuration.reportBatchItemFailures);
      if (done > 0) await advance(left[done - 1]!);
      left = left.slice(done);
      if (left.length === 0) return;
      if (done === 0 && result !== undefined && configuration.bisectBatchOnFunctionError && left.length > 1) {
        const half = Math.ceil(left.length / 2);
        await deliver(left.slice(0, half));
        await deliver(left.slice(half));
        return;
      }
      const ageMs = Date.now() - left[0]!.dynamodb.ApproximateCreationDateTime * 1000;
      const isOld = ageMs > configuration.maximumRecordAgeSeconds * 1000;
      if (result !== undefined && (isOld || attempt >= configuration.maximumRetryAttempts)) {
        await giveUp(left, result, isOld ? "RecordAgeExceeded" : "RetryAttemptsExhausted", attempt + 1);
        return;
      }
      await pause(Math.min(options.retryDelayMs * 2 ** attempt, longestPauseMs), abort.signal);
    }
  }

  /** Undefined when the engine interrupted the function: that is not a try. */
  async function invoke(records: readonly StreamRecord[]): Promise<InvocationResult | undefined> {
    // The function could store nothing, and its tries would be used up.
    while (isFull(cloud.dataFolder) && !stopping()) await pause(options.problemRetryMs, abort.signal);
    if (stopping()) return undefined;
    try {
      return await registry.run(registry.get(functionName), JSON.stringify({ Records: records }));
    } catch (cause) {
      if (!(cause instanceof SandboxStopped)) throw cause;
      return undefined;
    }
  }

  async function giveUp(
    records: readonly StreamRecord[],
    result: InvocationResult,
    condition: "RecordAgeExceeded" | "RetryAttemptsExhausted",
    invocations: number,
  ): Promise<void> {
    const { onFailureArn } = configuration;
    const fn = registry.get(functionName);
    const kept = onFailureArn === undefined ? "they are lost" : `${onFailureArn} is told which`;
    log.error(`${functionName} gave up on ${records.length} records of ${streamArn} (${condition}); ${kept}.`);
    const functionArn = fn.configuration.arn;
    const batch = JSON.stringify(discardedBatch(records, { functionArn, condition, invocations, result }));
    if (onFailureArn !== undefined)
      await onceThereIsRoom(() => cloud.queues.send(onFailureArn, batch, roleOf(fn)), abort.signal).catch(
        (cause: unknown) => {
          if (!(cause instanceof AwsError)) throw cause;
          log.error(`${functionName} could not tell ${onFailureArn}: ${cause.message}`);
        },
      );
    await advance(records.at(-1)!);
  }

  function advance({ dynamodb }: StreamRecord): Promise<void> {
    return onceThereIsRoom(() => streams.advance(streamArn, uuid, dynamodb.SequenceNumber), abort.signal);
  }

  return {
    configuration,
    details: {
      StartingPosition: configuration.startingPosition,
      BisectBatchOnFunctionError: configuration.bisectBatchOnFunctionError,
      ...(configuration.onFailureArn !== undefined && {
        DestinationConfig: { OnFailure: { Destination: configuration.onFailureArn } },
      }),
    },
    problem: () => problem,
    start() {
      if (!configuration.enabled) return;
      loop = poll().catch((cause: unknown) => {
        if (!stopping()) log.error(`The mapping of ${streamArn} to ${functionName} stopped`, cause);
      });
    },
    async stop() {
      abort.abort();
      await loop;
    },
    forget: () => streams.close(streamArn, uuid),
  };
}

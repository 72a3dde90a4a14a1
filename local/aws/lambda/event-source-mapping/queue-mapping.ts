import { forwardNow } from "../../../forward-clock.ts";
import { isDiskFull, isFull } from "../../../disk.ts";
import type { Cloud } from "../../cloud.ts";
import { AwsError } from "../../errors.ts";
import type { QueueService, ReceivedMessage } from "../../sqs/queue-service.ts";
import { onceThereIsRoom } from "../../support/once-there-is-room.ts";
import { roleOf, type Registry } from "../registry.ts";
import { SandboxStopped } from "../sandbox.ts";
import type { Mapping, MappingConfiguration } from "./mapping.ts";
import { pause } from "./pause.ts";
import { failedMessages, fittingBatches, sqsEvent } from "./sqs-event.ts";

/** An SQS queue that feeds a function. */
export interface QueueMappingConfiguration extends MappingConfiguration {
  /** `scalingConfig.maximumConcurrency`; undefined uses the function's own limit. */
  maximumConcurrency: number | undefined;
}

const longPollMs = 20_000;

/**
 * Polls a queue with the function's role and invokes the function with batches. Messages of a failed batch
 * stay hidden until their visibility timeout ends, exactly as on AWS; the queue's redrive policy counts their receipts.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createQueueMapping(
  cloud: Cloud,
  registry: Registry,
  queues: QueueService,
  configuration: QueueMappingConfiguration,
  options: { problemRetryMs: number },
): Mapping {
  const { sourceArn: queueArn, functionName, uuid, maximumConcurrency } = configuration;
  const log = cloud.log.child("lambda");
  const abort = new AbortController();
  const stopping = (): boolean => abort.signal.aborted;
  const batches = new Set<Promise<void>>();
  let problem: string | undefined;
  let loop: Promise<void> | undefined;
  /** Settles when a running batch ends and there may be room for the next. */
  let ended = Promise.withResolvers<undefined>();

  async function poll(): Promise<void> {
    await onceThereIsRoom(() => queues.releaseHeld(queueArn, uuid), abort.signal);
    while (!stopping()) {
      // The function could store nothing, and its messages would count as received too often.
      if (isFull(cloud.dataFolder)) {
        await pause(options.problemRetryMs, abort.signal);
        continue;
      }
      const fn = registry.get(functionName);
      const bound = Math.min(maximumConcurrency ?? Infinity, fn.configuration.reservedConcurrency ?? Infinity);
      // Without its own limit, the mapping starts no more batches than the function has free sandboxes.
      if (batches.size >= bound || (batches.size > 0 && fn.pool.free() <= 0)) {
        await ended.promise;
        continue;
      }
      try {
        queues.authorizeConsumer(queueArn, roleOf(fn));
        const batch = await gather();
        if (problem !== undefined) log.info(`${functionName} receives messages from ${queueArn} again.`);
        problem = undefined;
        if (stopping())
          queues.release(
            queueArn,
            batch.map((message) => message.receiptHandle),
          );
        else for (const part of fittingBatches(batch, queueArn)) begin(part);
      } catch (cause) {
        if (!isDiskFull(cause)) {
          if (!(cause instanceof AwsError)) throw cause;
          if (problem !== cause.message)
            log.error(`${functionName} cannot receive messages from ${queueArn}: ${cause.message}`);
          problem = cause.message;
        }
        await pause(options.problemRetryMs, abort.signal);
      }
    }
    await Promise.all(batches);
  }

  /** Waits for a first message, then for a full batch or the end of the batching window. */
  async function gather(): Promise<ReceivedMessage[]> {
    const role = roleOf(registry.get(functionName));
    const batch: ReceivedMessage[] = [];
    let deadline = Infinity;
    while (batch.length < configuration.batchSize && !stopping()) {
      const waitMs = batch.length === 0 ? longPollMs : Math.max(0, deadline - forwardNow());
      // An error must not lose messages already received: they return to the queue.
      const messages = await queues
        .receive(queueArn, role, {
          max: Math.min(10, configuration.batchSize - batch.length),
          waitMs,
          holder: uuid,
          signal: abort.signal,
        })
        .catch((cause: unknown) => {
          queues.release(
            queueArn,
            batch.map((message) => message.receiptHandle),
          );
          throw cause;
        });
      if (messages.length > 0 && batch.length === 0)
        deadline = forwardNow() + configuration.batchingWindowSeconds * 1000;
      batch.push(...messages);
      if (messages.length === 0 && (batch.length === 0 || forwardNow() >= deadline)) break;
    }
    return batch;
  }

  function begin(batch: readonly ReceivedMessage[]): void {
    const work = handle(batch)
      .catch((cause: unknown) => {
        // Otherwise the engine stops while the disk is full: the next start delivers the batch again.
        if (!stopping()) log.error(`A batch of ${queueArn} for ${functionName} failed in the engine`, cause);
      })
      .finally(() => {
        batches.delete(work);
        ended.resolve(undefined);
        ended = Promise.withResolvers<undefined>();
      });
    batches.add(work);
  }

  async function handle(batch: readonly ReceivedMessage[]): Promise<void> {
    const fn = registry.get(functionName);
    const handles = (messages: readonly ReceivedMessage[]): string[] =>
      messages.map((message) => message.receiptHandle);
    try {
      const result = await registry.run(fn, JSON.stringify(sqsEvent(batch, queueArn)));
      const failed =
        result.error !== undefined
          ? batch
          : configuration.reportBatchItemFailures
            ? failedMessages(result.payload, batch)
            : [];
      if (failed.length > 0)
        log.warn(
          `${functionName} failed on ${failed.length} of ${batch.length} messages of ${queueArn}; ` +
            "they become visible again after the queue's visibility timeout.",
        );
      const done = handles(batch.filter((message) => !failed.includes(message)));
      await onceThereIsRoom(() => queues.remove(queueArn, roleOf(fn), done), abort.signal);
    } catch (cause) {
      if (!(cause instanceof SandboxStopped)) throw cause;
      queues.release(queueArn, handles(batch));
    }
  }

  return {
    configuration,
    details: maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } },
    problem: () => problem,
    start() {
      if (!configuration.enabled) return;
      loop = poll().catch((cause: unknown) => {
        if (!stopping()) log.error(`The mapping of ${queueArn} to ${functionName} stopped`, cause);
      });
    },
    async stop() {
      abort.abort();
      await loop;
    },
  };
}

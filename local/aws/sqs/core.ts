import { forwardNow } from "../../forward-clock.ts";
import type { Cloud, Principal } from "../cloud.ts";
import { createQueueTable, type Queue, type QueueTable } from "./queues.ts";
import type { ReceivedMessage } from "./queue-service.ts";
import { openMessageStore, type MessageStore } from "./store.ts";

/** Shared state of all actions. */
export interface QueueCore {
  readonly cloud: Cloud;
  readonly table: QueueTable;
  readonly store: MessageStore;
  /** The queue's URL at the gateway of this run. */
  url(queue: Queue): string;
  /** Throws AccessDenied unless the principal may do `sqs:<action>` by its role or by the queue's policy. */
  authorize(principal: Principal, action: string, queue: Queue): void;
  /** Notifies waiting receivers that a message became visible. */
  notify(queueArn: string): void;
  receive(
    queue: Queue,
    options: { max: number; visibilitySeconds: number; waitMs: number; holder?: string; signal?: AbortSignal },
  ): Promise<ReceivedMessage[]>;
  stop(): void;
}

export function createQueueCore(cloud: Cloud, endpoint: () => string): QueueCore {
  const table = createQueueTable();
  const store = openMessageStore(cloud.dataFolder);
  const waiting = new Map<string, Set<() => void>>();
  let stopped = false;

  function notify(queueArn: string): void {
    for (const wake of waiting.get(queueArn) ?? []) wake();
  }

  /** Resolves when the queue is notified, after `ms`, or when the receiver disconnects. */
  async function wait(queueArn: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const wakers = waiting.get(queueArn) ?? new Set<() => void>();
      waiting.set(queueArn, wakers);
      const timer = setTimeout(wake, ms);
      wakers.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
      function wake(): void {
        clearTimeout(timer);
        wakers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      }
    });
  }

  return {
    cloud,
    table,
    store,
    notify,
    url: (queue) => `${endpoint()}/${cloud.accountId}/${queue.name}`,
    authorize(principal, action, queue) {
      cloud.iam.authorize(
        principal,
        `sqs:${action}`,
        queue.arn,
        queue.policy === undefined ? {} : { resourcePolicy: queue.policy },
      );
    },
    async receive(queue, { max, visibilitySeconds, waitMs, holder, signal }) {
      const deadline = forwardNow() + waitMs;
      const deadLetters =
        queue.redrivePolicy === undefined ? undefined : table.find(queue.redrivePolicy.deadLetterTargetArn);
      const divert =
        queue.redrivePolicy === undefined || deadLetters === undefined
          ? undefined
          : {
              maxReceives: queue.redrivePolicy.maxReceiveCount,
              to: deadLetters.arn,
              retentionSeconds: deadLetters.messageRetentionSeconds,
            };
      for (;;) {
        if (stopped || signal?.aborted === true) return [];
        const looked = forwardNow();
        const { taken, diverted } = store.take(queue.arn, {
          max,
          visibilityMs: visibilitySeconds * 1000,
          holder,
          divert,
        });
        if (diverted > 0 && deadLetters !== undefined) {
          cloud.log
            .child("sqs")
            .warn(
              `${diverted} message(s) of ${queue.name} were received ${divert?.maxReceives ?? 0} ` +
                `times without being deleted; now in ${deadLetters.name}.`,
            );
          notify(deadLetters.arn);
        }
        const now = forwardNow();
        if (taken.length > 0 || now >= deadline) return taken;
        // What has become visible since it looked is next, too.
        await wait(queue.arn, Math.min(deadline, store.nextVisibleAt(queue.arn, looked) ?? Infinity) - now, signal);
      }
    },
    stop() {
      stopped = true;
      for (const queueArn of waiting.keys()) notify(queueArn);
      store.close();
    },
  };
}

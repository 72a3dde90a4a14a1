import { setTimeout } from "node:timers/promises";
import { isDiskFull } from "../../disk.ts";

/** How often a full disk is tried again, in milliseconds. */
const everyMs = 1_000;

/**
 * Does work that the engine owes to someone, such as noting that a job has ended: again every second for as long as the
 * disk is full. Rejects with the work's other errors, or when `signal` aborts.
 */
export async function onceThereIsRoom<Result>(
  work: () => Result | Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (cause) {
      if (!isDiskFull(cause)) throw cause;
    }
    await setTimeout(everyMs, undefined, signal === undefined ? {} : { signal });
  }
}

import { createStepLog, type Context, type InvocationLog, type StepLog } from "./step-log.ts";

/**
 * A Lambda entry point whose log and clients are made once, with the first event, and kept for the ones after:
 * importing the module needs no environment, so that the logic can be tested without one. What it throws is in the log
 * before Lambda sees it, with the recording that it was about.
 *
 * @param service names the function in its log lines, e.g. `find-people`
 */
export function entryPoint<Event, Result>(
  service: string,
  create: (log: StepLog) => (event: Event) => Promise<Result>,
  newLog: (service: string) => InvocationLog = createStepLog,
): (event: Event, context: Context) => Promise<Result> {
  let log: InvocationLog | undefined;
  let handle: ((event: Event) => Promise<Result>) | undefined;
  return async (event, context) => {
    log ??= newLog(service);
    log.begin(context);
    try {
      handle ??= create(log);
      return await handle(event);
    } catch (error) {
      log.error("invocation-failed", error);
      throw error;
    } finally {
      log.end();
    }
  };
}

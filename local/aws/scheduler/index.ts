import { join } from "node:path";
import { forwardNow } from "../../forward-clock.ts";
import { physicalName } from "../../engine/physical-name.ts";
import type { ResourceProvider } from "../../engine/provider.ts";
import type { Cloud, ServiceModule } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { block, maybeText, text } from "../support/inputs.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";
import { openOutbox, type Delivery, type Outcome } from "../support/outbox.ts";
import { assumeRole, callTarget, targetOf, type Target } from "./target.ts";
import { parseTimetable, type Timetable } from "./timetable.ts";

interface Schedule {
  name: string;
  enabled: boolean;
  isDue: Timetable;
  target: Target;
}

/** EventBridge Scheduler on this machine. */
export interface Scheduler extends ServiceModule {
  /** Runs the schedules due in the minute that contains `atMs`. A timer does so once a minute. */
  fire(atMs: number): void;
}

const minuteMs = 60_000;
/** Errors that a retry would not fix. */
const final = ["AccessDeniedException", "NotFoundException", "AccessDenied", "NoSuchEntity"];

/**
 * Schedules that start and stop live channels, to the minute, while the engine runs. Calls are made as the schedule's
 * role and retried by its retry policy; calls that a stop of the engine interrupts are made after its next start.
 */
export function createScheduler(cloud: Cloud, options: { endpoint: () => string }): Scheduler {
  const log = cloud.log.child("scheduler");
  const schedules = new Map<string, Schedule>();
  const outbox = openOutbox({ file: join(cloud.dataFolder, "scheduler.db"), log, deliver });
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  async function deliver({ lane, attempts, createdAt }: Delivery): Promise<Outcome> {
    const schedule = schedules.get(lane);
    if (schedule === undefined) return "done";
    const { call, channelId, maximumRetryAttempts, maximumEventAgeSeconds } = schedule.target;
    try {
      await callTarget(cloud, options.endpoint(), schedule.target);
      log.info(`The schedule ${lane} called ${call} for channel ${channelId}`);
      return "done";
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      const retryInMs = Math.min(1000 * 2 ** attempts, minuteMs);
      const old = forwardNow() + retryInMs - createdAt > maximumEventAgeSeconds * 1000;
      const code = cause instanceof AwsError ? cause.code : cause.name;
      if (!final.includes(code) && !old && attempts < maximumRetryAttempts) return { retryInMs };
      log.error(`The schedule ${lane} could not call ${call} for channel ${channelId}: ${cause.message}`);
      return "done";
    }
  }

  function fire(atMs: number): void {
    const minute = Math.floor(atMs / minuteMs) * minuteMs;
    outbox.add(
      [...schedules.values()]
        .filter(({ enabled, isDue }) => enabled && isDue(minute))
        .map(({ name }) => ({ lane: name, body: "" })),
    );
  }

  /** Fires at every full minute. Minutes skipped by a clock change or while the machine sleeps are lost. */
  function waitForMinute(): void {
    timer = setTimeout(
      () => {
        const atMs = Date.now();
        onceThereIsRoom(() => fire(atMs), stopping.signal).catch((cause: unknown) => {
          if (!stopping.signal.aborted) log.error("Schedules could not run", cause);
        });
        waitForMinute();
      },
      minuteMs - (Date.now() % minuteMs) + 5,
    );
  }

  const provider: ResourceProvider = {
    type: "aws:scheduler/schedule:Schedule",
    honoured: [
      "flexibleTimeWindow",
      "groupName",
      "name",
      "scheduleExpression",
      "scheduleExpressionTimezone",
      "state",
      "target",
    ],
    ignored: ["description", "region"],
    replaceOnChanges: ["name", "groupName"],
    async apply({ name: logicalName, inputs, prior }) {
      const name = physicalName(inputs["name"], logicalName, prior);
      const group = maybeText(inputs, "groupName") ?? "default";
      if (group !== "default")
        throw new AwsError(
          "NotImplemented",
          `The local engine supports the default schedule group only, not ${group}.`,
          501,
        );
      const window = block(inputs, "flexibleTimeWindow", ["mode"]) ?? {};
      if (text(window, "mode") !== "OFF")
        throw new AwsError("NotImplemented", "The local engine does not support flexible time windows.", 501);
      const target = targetOf(inputs);
      try {
        assumeRole(cloud, target.roleArn);
      } catch {
        throw new AwsError(
          "ValidationException",
          "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
        );
      }
      const isDue = parseTimetable(
        text(inputs, "scheduleExpression"),
        maybeText(inputs, "scheduleExpressionTimezone") ?? "UTC",
        Date.now(),
      );
      schedules.set(name, { name, enabled: maybeText(inputs, "state") !== "DISABLED", isDue, target });
      return {
        id: `${group}/${name}`,
        outputs: {
          name,
          groupName: group,
          arn: `arn:aws:scheduler:${cloud.region}:${cloud.accountId}:schedule/${group}/${name}`,
        },
      };
    },
    async remove(state) {
      schedules.delete(String(state.outputs["name"]));
    },
  };

  return {
    fire,
    resources: [provider],
    async start() {
      outbox.start();
      waitForMinute();
    },
    async stop() {
      clearTimeout(timer);
      stopping.abort();
      await outbox.stop();
    },
  };
}

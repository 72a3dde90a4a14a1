import { join } from "node:path";
import { forwardNow } from "../../forward-clock.ts";
import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";
import { openOutbox, type Delivery, type Outcome } from "../support/outbox.ts";
import { defaultBus, ruleKey, type BusEvent, type Rule, type Target } from "./rules.ts";

/** The event buses: their rules and the pending deliveries to the rules' targets. */
export interface Bus {
  /** The buses' names. */
  readonly names: Set<string>;
  /** By {@link ruleKey}. */
  readonly rules: Map<string, Rule>;
  /**
   * Sends the event to the targets of every matching rule of a bus. Once it returns, the deliveries survive a SIGKILL.
   */
  put(event: Partial<BusEvent> & Pick<BusEvent, "source" | "detail-type" | "detail">, bus?: string): BusEvent;
  start(): void;
  stop(): Promise<void>;
}

export function createBus(cloud: Cloud): Bus {
  const log = cloud.log.child("events");
  const names = new Set([defaultBus]);
  const rules = new Map<string, Rule>();
  const timers = new Set<NodeJS.Timeout>();
  const stopping = new AbortController();
  const outbox = openOutbox({ file: join(cloud.dataFolder, "events.db"), log, deliver });

  function put(given: Parameters<Bus["put"]>[0], bus = defaultBus): BusEvent {
    const event: BusEvent = {
      version: "0",
      id: crypto.randomUUID(),
      "detail-type": given["detail-type"],
      source: given.source,
      account: cloud.accountId,
      time: given.time ?? timeOf(new Date()),
      region: cloud.region,
      resources: given.resources ?? [],
      detail: given.detail,
    };
    const body = JSON.stringify(event);
    // Targets receive JSON, so patterns are matched against JSON too.
    const seen: unknown = JSON.parse(body);
    const matching = [...rules.values()].filter(
      (rule) => rule.bus === bus && rule.enabled && rule.pattern?.matches(seen) === true,
    );
    outbox.add(matching.flatMap((rule) => deliveriesOf(rule, body)));
    return event;
  }

  function deliveriesOf(rule: Rule, body: string): { lane: string; body: string }[] {
    return [...rule.targets.keys()].map((targetId) => ({ lane: `${ruleKey(rule.bus, rule.name)} ${targetId}`, body }));
  }

  async function deliver(delivery: Delivery): Promise<Outcome> {
    const [key = "", targetId = ""] = delivery.lane.split(" ");
    const rule = rules.get(key);
    const target = rule?.targets.get(targetId);
    if (rule === undefined || target === undefined) return "done";
    try {
      await send(rule, target, delivery.body);
      return "done";
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      // A missing permission or target does not reappear on its own, so these are not retried:
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
      const retriable = cause.status === 429 || cause.status >= 500;
      const old = forwardNow() - delivery.createdAt > target.maximumEventAgeSeconds * 1000;
      if (retriable && !old && delivery.attempts < target.maximumRetryAttempts)
        return { retryInMs: Math.min(1000 * 2 ** delivery.attempts, 60_000) };
      await giveUp(
        rule,
        target,
        delivery,
        cause,
        retriable ? (old ? "MaximumEventAgeInSeconds" : "MaximumRetryAttempts") : undefined,
      );
      return "done";
    }
  }

  async function send(rule: Rule, target: Target, body: string): Promise<void> {
    const source = principalOf(rule);
    const service = target.arn.split(":")[2];
    if (service === "lambda") await cloud.functions.invokeLater(target.arn, JSON.parse(body), source);
    else if (service === "sqs") await cloud.queues.send(target.arn, body, source);
    else await cloud.topics.publish(target.arn, body, source);
  }

  async function giveUp(
    rule: Rule,
    target: Target,
    delivery: Delivery,
    cause: AwsError,
    condition: string | undefined,
  ): Promise<void> {
    const kept = target.deadLetterArn === undefined ? "the event is lost" : `the event goes to ${target.deadLetterArn}`;
    log.error(`The rule ${rule.name} could not deliver to ${target.arn}: ${cause.message}; ${kept}.`);
    if (target.deadLetterArn === undefined) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.arn,
      ERROR_CODE: cause.code === "AccessDenied" ? "NO_PERMISSIONS" : cause.code,
      ERROR_MESSAGE: cause.message,
      RETRY_ATTEMPTS: String(delivery.attempts),
      ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: condition }),
    };
    try {
      await cloud.queues.send(
        target.deadLetterArn,
        delivery.body,
        principalOf(rule),
        Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
      );
    } catch (refusal) {
      if (!(refusal instanceof AwsError)) throw refusal;
      log.error(
        `The rule ${rule.name} could not move its event to the dead-letter queue ` +
          `${target.deadLetterArn}: ${refusal.message}`,
      );
    }
  }

  function schedule(rule: Rule, everyMs: number): void {
    const timer = setInterval(() => {
      if (!rule.enabled) return;
      const event: BusEvent = {
        version: "0",
        id: crypto.randomUUID(),
        "detail-type": "Scheduled Event",
        source: "aws.events",
        account: cloud.accountId,
        time: timeOf(new Date()),
        region: cloud.region,
        resources: [rule.arn],
        detail: {},
      };
      const deliveries = deliveriesOf(rule, JSON.stringify(event));
      onceThereIsRoom(() => outbox.add(deliveries), stopping.signal).catch((cause: unknown) => {
        if (!stopping.signal.aborted) log.error(`The rule ${rule.name} could not run on its schedule`, cause);
      });
    }, everyMs);
    timers.add(timer);
  }

  return {
    names,
    rules,
    put,
    start() {
      outbox.start();
      for (const rule of rules.values()) if (rule.everyMs !== undefined) schedule(rule, rule.everyMs);
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      stopping.abort();
      await outbox.stop();
    },
  };
}

function principalOf(rule: Rule): Principal {
  return { kind: "service", service: "events.amazonaws.com", sourceArn: rule.arn };
}

function timeOf(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

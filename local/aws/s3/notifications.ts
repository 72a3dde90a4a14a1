import { isDiskFull } from "../../disk.ts";
import type { Log } from "../../log.ts";
import type { Cloud, Principal } from "../cloud.ts";
import { AwsError } from "../errors.ts";
import { onceThereIsRoom } from "../support/once-there-is-room.ts";
import type { NotificationConfiguration, NotificationRule } from "./bucket-configuration.ts";
import { eventBridgeEvent, notificationMessage, type ObjectEvent } from "./event-record.ts";
import type { Announce, Delivery, ObjectIndex } from "./object-index.ts";
import { bucketArn } from "./service.ts";

const eventBus = "events";
const batch = 100;
/** How long to wait before retrying a destination that failed, ms. */
const retryAfterMs = 1000;

type Destinations = Pick<Cloud, "functions" | "queues" | "topics" | "events" | "region" | "accountId">;

/**
 * Sends a bucket's events to functions, queues, topics and the event bus. An event is stored in the same
 * transaction as its write and deleted once its destination accepts it: at least once, as on AWS, even after a crash.
 */
export class Notifications {
  readonly #cloud: Destinations;
  readonly #index: ObjectIndex;
  readonly #log: Log;
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #started = false;
  #again = false;

  constructor(cloud: Destinations, index: ObjectIndex, log: Log) {
    this.#cloud = cloud;
    this.#index = index;
    this.#log = log;
  }

  /** The deliveries of an event, to store in the transaction of its write. */
  announce(event: ObjectEvent): Announce {
    const configuration = this.#index.configuration(event.bucket).notification;
    return (sequence) => (configuration === undefined ? [] : deliveries(event, configuration, sequence, this.#cloud));
  }

  /** Starts delivering. Every destination must exist by now. */
  start(): void {
    this.#started = true;
    this.wake();
  }

  /** Delivers pending events. */
  wake(): void {
    if (!this.#started) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Stops after the delivery in progress; the others wait for the next start. */
  async stop(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#retry);
    await this.#running;
  }

  /** Settles when no pending event can be delivered now. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      let after = 0;
      let waiting: Delivery[];
      do {
        waiting = this.#started ? this.#index.deliveries(after, batch) : [];
        for (const delivery of waiting) {
          if (this.#started) await this.#deliver(delivery);
          after = delivery.id;
        }
      } while (waiting.length === batch);
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    try {
      await this.#send(delivery);
      this.#index.delivered(delivery.id);
    } catch (cause) {
      if (cause instanceof AwsError && cause.status < 500) {
        // On AWS this notification could not exist: S3 checks the destination's permission when it is configured.
        this.#log.error(`Dropped an S3 event that could not be delivered to ${delivery.destination}: ${cause.message}`);
        await onceThereIsRoom(() => this.#index.delivered(delivery.id));
        return;
      }
      if (!isDiskFull(cause))
        this.#log.error(`Could not deliver an S3 event to ${delivery.destination}; retrying`, cause);
      clearTimeout(this.#retry);
      this.#retry = setTimeout(() => this.wake(), retryAfterMs);
    }
  }

  async #send({ destination, body }: Delivery): Promise<void> {
    const { source, message } = JSON.parse(body) as { source: Principal; message: unknown };
    switch (destination.split(":")[2] ?? eventBus) {
      case "lambda":
        return this.#cloud.functions.invokeLater(destination, message, source);
      case "sqs":
        return this.#cloud.queues.send(destination, JSON.stringify(message), source);
      case "sns":
        return this.#cloud.topics.publish(destination, JSON.stringify(message), source);
      default:
        return this.#cloud.events.put(message as ReturnType<typeof eventBridgeEvent>);
    }
  }
}

function deliveries(
  event: ObjectEvent,
  configuration: NotificationConfiguration,
  sequence: number,
  cloud: Destinations,
): Omit<Delivery, "id">[] {
  const source: Principal = { kind: "service", service: "s3.amazonaws.com", sourceArn: bucketArn(event.bucket) };
  const toRules = configuration.rules
    .filter((rule) => applies(rule, event))
    .map((rule) => ({
      destination: rule.destination,
      body: JSON.stringify({ source, message: notificationMessage(event, rule.id, sequence, cloud) }),
    }));
  if (!configuration.eventBridge) return toRules;
  return [
    ...toRules,
    { destination: eventBus, body: JSON.stringify({ source, message: eventBridgeEvent(event, sequence, cloud) }) },
  ];
}

function applies(rule: NotificationRule, event: ObjectEvent): boolean {
  const wanted = rule.events.some((pattern) => {
    const name = pattern.replace(/^s3:/, "");
    return name === event.name || (name.endsWith(":*") && event.name.startsWith(name.slice(0, -1)));
  });
  return wanted && event.key.startsWith(rule.prefix) && event.key.endsWith(rule.suffix);
}

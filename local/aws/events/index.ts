import type { Cloud, Events, ServiceModule } from "../cloud.ts";
import { jsonApi } from "../protocols/json.ts";
import { createBus } from "./bus.ts";
import { putEvents } from "./put-events.ts";
import { eventBusProvider } from "./resources/event-bus.ts";
import { eventRuleProvider } from "./resources/event-rule.ts";
import { eventTargetProvider } from "./resources/event-target.ts";

/**
 * EventBridge on this machine: the default bus and a program's own, rules with an event pattern or a rate, and
 * functions, queues and topics as targets. Deliveries are durable and retried as on AWS.
 */
export function createEvents(cloud: Cloud): ServiceModule & Events {
  const bus = createBus(cloud);
  return {
    async put(event) {
      bus.put(event);
    },
    api: jsonApi({ signingName: "events", version: "1.1", operations: { PutEvents: putEvents(cloud, bus) } }),
    resources: [eventBusProvider(cloud, bus), eventRuleProvider(cloud, bus), eventTargetProvider(bus)],
    async start() {
      bus.start();
    },
    stop: () => bus.stop(),
  };
}

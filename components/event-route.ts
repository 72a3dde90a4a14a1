import * as rule from "@pulumi/aws/cloudwatch/eventRule.js";
import * as target from "@pulumi/aws/cloudwatch/eventTarget.js";
import * as pulumi from "@pulumi/pulumi";
import type { Function } from "./function.ts";
import { WorkQueue } from "./work-queue.ts";

export interface EventRouteArgs {
  description: string;
  /** See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
  pattern: {
    source: string[];
    "detail-type"?: string[];
    detail?: Record<string, pulumi.Input<pulumi.Input<string>[]>>;
  };
  /** Name of the bus. @default the account's default bus */
  bus?: pulumi.Input<string>;
  /** A queue is for events that the consumer may have to put off for long. */
  to: Function | WorkQueue;
  tags?: Record<string, string>;
}

/** Hands the events of a bus that match a pattern to a function or a queue. */
export class EventRoute extends pulumi.ComponentResource {
  constructor(name: string, args: EventRouteArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:EventRoute", name, {}, options);
    const events = new rule.EventRule(
      name,
      {
        description: args.description,
        eventBusName: args.bus,
        eventPattern: pulumi.jsonStringify(args.pattern),
        tags: args.tags,
      },
      { parent: this },
    );
    const service = "events.amazonaws.com";
    const permission =
      args.to instanceof WorkQueue
        ? args.to.allowSend(service, events.arn)
        : args.to.allowInvoke(name, service, events.arn);
    new target.EventTarget(
      name,
      { rule: events.name, eventBusName: args.bus, arn: args.to.arn },
      { parent: this, dependsOn: [permission] },
    );
    this.registerOutputs({});
  }
}

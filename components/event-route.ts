import * as rule from "@pulumi/aws/cloudwatch/eventRule.js";
import * as target from "@pulumi/aws/cloudwatch/eventTarget.js";
import * as pulumi from "@pulumi/pulumi";
import type { Function } from "./function.ts";

export interface EventRouteArgs {
  description: string;
  /** See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
  pattern: {
    source: string[];
    "detail-type": string[];
    detail: Record<string, pulumi.Input<pulumi.Input<string>[]>>;
  };
  to: Function;
  tags?: Record<string, string>;
}

/** Hands the events of the account's default bus that match a pattern to a function. */
export class EventRoute extends pulumi.ComponentResource {
  constructor(name: string, args: EventRouteArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:EventRoute", name, {}, options);
    const events = new rule.EventRule(
      name,
      {
        description: args.description,
        eventPattern: pulumi.jsonStringify(args.pattern),
        tags: args.tags,
      },
      { parent: this },
    );
    const permission = args.to.allowInvoke(name, "events.amazonaws.com", events.arn);
    new target.EventTarget(name, { rule: events.name, arn: args.to.arn }, { parent: this, dependsOn: [permission] });
    this.registerOutputs({});
  }
}

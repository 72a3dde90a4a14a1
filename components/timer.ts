import * as rule from "@pulumi/aws/cloudwatch/eventRule.js";
import * as target from "@pulumi/aws/cloudwatch/eventTarget.js";
import * as pulumi from "@pulumi/pulumi";
import type { Function } from "./function.ts";

export interface TimerArgs {
  description: string;
  /** At least 2. */
  everyMinutes: number;
  run: Function;
  tags?: Record<string, string>;
}

/** Runs a function at a fixed interval. */
export class Timer extends pulumi.ComponentResource {
  constructor(name: string, args: TimerArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Timer", name, {}, options);
    const ticks = new rule.EventRule(
      name,
      {
        description: args.description,
        scheduleExpression: `rate(${args.everyMinutes} minutes)`,
        tags: args.tags,
      },
      { parent: this },
    );
    const permission = args.run.allowInvoke(name, "events.amazonaws.com", ticks.arn);
    new target.EventTarget(name, { rule: ticks.name, arn: args.run.arn }, { parent: this, dependsOn: [permission] });
    this.registerOutputs({});
  }
}

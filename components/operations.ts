import * as pulumi from "@pulumi/pulumi";
import { AlarmTopic } from "./alarm-topic.ts";
import { Alarms } from "./alarms.ts";
import { Budget } from "./budget.ts";
import type { ClipPipeline } from "./clip-pipeline.ts";
import { Dashboard } from "./dashboard.ts";
import type { Delivery } from "./delivery.ts";
import type { Function } from "./function.ts";
import type { LiveChannel } from "./live-channel.ts";
import type { LiveOrigin } from "./live-origin.ts";
import type { RestApi } from "./rest-api.ts";
import type { Sweeper } from "./sweeper.ts";
import type { Webhooks } from "./webhooks.ts";

export interface OperationsArgs {
  /** Email address for alarms. @default nobody */
  alarmEmail?: string;
  /** US dollars a month above which to warn. @default never */
  monthlyBudgetUsd?: number;
  accountId: pulumi.Input<string>;
  region: pulumi.Input<string>;
  channels: readonly LiveChannel[];
  live: LiveOrigin;
  clips: ClipPipeline;
  sweeper: Sweeper;
  api: RestApi;
  webhooks: Pick<Webhooks, "deliveries">;
  /** Every function of the stack. */
  functions: readonly Function[];
  delivery: Delivery;
  tags?: Record<string, string>;
}

/** Monitoring for the stack's operators: alarms and their topic, a dashboard, a budget. */
export class Operations extends pulumi.ComponentResource {
  constructor(name: string, args: OperationsArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Operations", name, {}, options);
    const { accountId, region, channels, live, clips, sweeper, api, webhooks, functions, delivery, tags } = args;
    const parent = { parent: this };
    const { arn: topicArn } = new AlarmTopic("alarms", { accountId, region, email: args.alarmEmail, tags }, parent);
    const alarms = new Alarms("alarms", { topicArn, channels, clips, sweeper, api, webhooks, functions, tags }, parent);
    new Dashboard(
      "dashboard",
      { region, alarmArns: alarms.arns, channels, live, clips, api, functions, delivery },
      parent,
    );
    if (args.monthlyBudgetUsd !== undefined)
      new Budget("budget", { monthlyUsd: args.monthlyBudgetUsd, topicArn, tags }, parent);
    this.registerOutputs({});
  }
}

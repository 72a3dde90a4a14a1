import * as pulumi from "@pulumi/pulumi";
import { webhookPausesSeconds } from "../domain/webhooks.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Changes } from "./changes.ts";
import { EventRoute } from "./event-route.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import type { PolicyStatement } from "./policy.ts";
import { WorkQueue } from "./work-queue.ts";

export interface WebhooksArgs {
  catalogue: Catalogue;
  changes: Changes;
  /** Whether webhooks may be on the machine itself, also without TLS. */
  allowLocal: boolean;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/** Seconds: a receiver has ten to answer. */
const timeoutSeconds = 20;

/**
 * Sends changes to other people's addresses, signed: a rule on the bus fills a queue, and a function empties it. Each
 * receiver has messages of its own there, which it gets again for about a day.
 */
export class Webhooks extends pulumi.ComponentResource {
  readonly deliveries: WorkQueue;
  readonly deliverer: Function;
  /** What a function needs to send to a webhook. */
  readonly environment: Record<string, pulumi.Input<string>>;
  readonly send: PolicyStatement;

  constructor(name: string, args: WebhooksArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Webhooks", name, {}, options);
    const { catalogue, changes, functions, tags } = args;
    const parent = { parent: this };
    const deliveries = new WorkQueue(
      name,
      { consumerTimeoutSeconds: timeoutSeconds, maxTries: webhookPausesSeconds.length + 1, tags },
      parent,
    );
    this.environment = { WEBHOOK_QUEUE_URL: deliveries.url, LOCAL_WEBHOOKS: String(args.allowLocal) };
    this.send = { ...deliveries.send(), Sid: "SendToWebhooks" };
    const deliverer = new Function(
      `${name}-deliver`,
      {
        ...functions,
        entry: "handlers/deliver-webhook.ts",
        environment: { CATALOGUE_TABLE: catalogue.tableName, ...this.environment },
        statements: [
          catalogue.grant("GetItem", "Query", "UpdateItem"),
          deliveries.receive(),
          deliveries.postpone(),
          this.send,
        ],
        timeoutSeconds,
      },
      parent,
    );
    deliveries.feed(deliverer, 10);
    new EventRoute(
      name,
      {
        description: "A change in the catalogue of this stack",
        bus: changes.busName,
        pattern: { source: ["spotlight"] },
        to: deliveries,
        tags,
      },
      parent,
    );
    this.deliveries = deliveries;
    this.deliverer = deliverer;
    this.registerOutputs({});
  }
}

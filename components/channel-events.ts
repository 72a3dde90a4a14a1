import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./catalogue.ts";
import { EventRoute } from "./event-route.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import type { LiveChannels } from "./live-channels.ts";

export interface ChannelEventsArgs {
  catalogue: Catalogue;
  channels: LiveChannels;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/** Keeps each channel's state in the catalogue (running, input arriving) up to date from MediaLive's events. */
export class ChannelEvents extends pulumi.ComponentResource {
  readonly changed: Function;

  constructor(name: string, args: ChannelEventsArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:ChannelEvents", name, {}, options);
    const changed = new Function(
      name,
      {
        ...args.functions,
        entry: "handlers/channel-changed.ts",
        environment: { CATALOGUE_TABLE: args.catalogue.tableName, CHANNELS: args.channels.json },
        statements: [args.catalogue.grant("GetItem", "UpdateItem")],
        keepFailedEvents: true,
      },
      { parent: this },
    );
    this.changed = changed;
    new EventRoute(
      name,
      {
        description: "A live channel of this stack changed state, or its input stopped or resumed",
        // https://docs.aws.amazon.com/medialive/latest/ug/monitoring-cloudwatch-json-state-change.html
        pattern: {
          source: ["aws.medialive"],
          "detail-type": ["MediaLive Channel State Change", "MediaLive Channel Alert"],
          detail: { channel_arn: args.channels.all.map((channel) => channel.channelArn) },
        },
        to: changed,
        tags: args.tags,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

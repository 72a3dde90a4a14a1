import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./catalogue.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import type { LiveChannels } from "./live-channels.ts";
import { Timer } from "./timer.ts";

export interface AutoStopArgs {
  catalogue: Catalogue;
  channels: LiveChannels;
  /** How long a channel may run without input, in minutes. */
  idleMinutes: number;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/** Stops channels that run, and cost money, while nobody streams to them. Checks every five minutes. */
export class AutoStop extends pulumi.ComponentResource {
  readonly function: Function;

  constructor(name: string, args: AutoStopArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:AutoStop", name, {}, options);
    const { catalogue, channels, idleMinutes, tags } = args;
    this.function = new Function(
      name,
      {
        ...args.functions,
        entry: "handlers/stop-idle-channel.ts",
        environment: {
          CATALOGUE_TABLE: catalogue.tableName,
          CHANNELS: channels.json,
          IDLE_STOP_MINUTES: String(idleMinutes),
        },
        statements: [
          catalogue.grant("GetItem"),
          {
            Sid: "Channels",
            Action: ["medialive:DescribeChannel", "medialive:StopChannel"],
            Resource: channels.all.map((channel) => channel.channelArn),
          },
          // A channel's alerts are not an IAM resource.
          { Sid: "Alerts", Action: "medialive:ListAlerts", Resource: "*" },
        ],
      },
      { parent: this },
    );
    new Timer(
      name,
      { description: "Stop channels that nobody streams to", everyMinutes: 5, run: this.function, tags },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

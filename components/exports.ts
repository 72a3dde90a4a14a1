import * as mediaconvert from "@pulumi/aws/mediaconvert/index.js";
import * as pulumi from "@pulumi/pulumi";
import { exportDays, exportPrefix } from "../domain/exports.ts";
import { passRole, type PolicyStatement } from "./policy.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { ServiceRole } from "./service-role.ts";

export interface ExportsArgs {
  /** Holds the recordings' MP4s at `vod/`, and gets the exports. */
  vod: PrivateBucket;
  accountId: pulumi.Input<string>;
  tags?: Record<string, string>;
}

/** When the bucket deletes exports: see `PrivateBucket`. */
export const exportsExpiry = { prefix: exportPrefix, days: exportDays };

/**
 * Makes files of clips with MediaConvert: a queue of their own, so that they neither wait for recordings nor make them
 * wait and no event of theirs is taken for a recording's, and a role that reads recordings and writes exports.
 */
export class Exports extends pulumi.ComponentResource {
  /** What a function needs to make exports. */
  readonly environment: Record<string, pulumi.Output<string>>;
  readonly make: readonly PolicyStatement[];

  constructor(name: string, args: ExportsArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Exports", name, {}, options);
    const { vod, accountId, tags } = args;
    const parent = { parent: this };
    const queue = new mediaconvert.Queue(name, { description: "Spotlight: clips to files", tags }, parent);
    const role = new ServiceRole(
      `${name}-converter`,
      {
        service: "mediaconvert.amazonaws.com",
        // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
        source: { account: accountId, arn: queue.arn },
        statements: [
          { Sid: "ReadRecordings", Action: "s3:GetObject", Resource: pulumi.interpolate`${vod.arn}/vod/*` },
          { Sid: "WriteExports", Action: "s3:PutObject", Resource: pulumi.interpolate`${vod.arn}/${exportPrefix}*` },
        ],
        tags,
      },
      parent,
    );
    this.environment = { EXPORT_QUEUE_ARN: queue.arn, EXPORT_ROLE_ARN: role.arn };
    this.make = [
      { Sid: "Export", Action: "mediaconvert:CreateJob", Resource: queue.arn },
      // MediaConvert names the jobs, so this account's jobs in this region are the narrowest possible resource.
      {
        Sid: "AskForExports",
        Action: "mediaconvert:GetJob",
        Resource: queue.arn.apply((arn) => arn.replace(/:queues\/.*$/, ":jobs/*")),
      },
      passRole(role.arn, "mediaconvert.amazonaws.com"),
    ];
    this.registerOutputs({});
  }
}

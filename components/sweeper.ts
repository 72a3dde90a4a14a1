import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./catalogue.ts";
import type { ClipPipeline } from "./clip-pipeline.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import { Timer } from "./timer.ts";

export interface SweeperArgs {
  catalogue: Catalogue;
  archive: PrivateBucket;
  pipeline: ClipPipeline;
  /** Channels whose recordings are swept. */
  channels: readonly string[];
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/**
 * Every 15 minutes, finds recordings that got lost between the archive and the clips (an event that never arrived, a
 * function that gave up) and resumes their processing. Nobody needs to redrive the pipeline's dead letters: they only
 * show what went wrong.
 */
export class Sweeper extends pulumi.ComponentResource {
  readonly function: Function;

  constructor(name: string, args: SweeperArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Sweeper", name, {}, options);
    const { catalogue, archive, pipeline, channels, tags } = args;
    const { work, endedConversions, searches, indexClips } = pipeline;
    this.function = new Function(
      name,
      {
        ...args.functions,
        entry: "handlers/sweep-recordings.ts",
        environment: {
          CATALOGUE_TABLE: catalogue.tableName,
          ARCHIVE_BUCKET: archive.bucket,
          CONVERT_QUEUE_URL: work.url,
          ENDED_CONVERSIONS_QUEUE_URL: endedConversions.url,
          SEARCHES_QUEUE_URL: searches.url,
          INDEX_CLIPS_FUNCTION: indexClips.name,
          CHANNEL_IDS: channels.join(","),
          ...pipeline.detectors.environment,
        },
        statements: [
          catalogue.grant("GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem"),
          catalogue.grantIndexes(),
          {
            Sid: "ListArchive",
            Action: "s3:ListBucket",
            Resource: archive.arn,
            Condition: { StringEquals: { "s3:prefix": channels.map((channel) => `${channel}/`) } },
          },
          { ...work.send(), Resource: [work.arn, endedConversions.arn, searches.arn] },
          // MediaConvert names the jobs, so this account's jobs in this region are the narrowest possible resource.
          {
            Sid: "AskForConversions",
            Action: "mediaconvert:GetJob",
            Resource: pipeline.convertQueueArn.apply((arn) => arn.replace(/:queues\/.*$/, ":jobs/*")),
          },
          pipeline.detectors.read,
          { Sid: "GoOn", Action: "lambda:InvokeFunction", Resource: indexClips.arn },
        ],
        // A backlog is processed in parts: the next sweep continues where this one stopped.
        timeoutSeconds: 300,
      },
      { parent: this },
    );
    new Timer(
      name,
      {
        description: "Look for recordings that got lost on their way to clips",
        everyMinutes: 15,
        run: this.function,
        tags,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

import * as pulumi from "@pulumi/pulumi";
import type { Catalogue } from "./catalogue.ts";
import { advanceTimeoutSeconds, type ClipPipeline } from "./clip-pipeline.ts";
import { Function, type FunctionDefaults } from "./function.ts";
import { passRole } from "./policy.ts";
import type { PrivateBucket } from "./private-bucket.ts";
import type { Recognition } from "./recognition.ts";

export interface PersonSearchArgs {
  catalogue: Catalogue;
  vod: PrivateBucket;
  recognition: Recognition;
  /** Whose queue of searches is consumed, and whose detectors and rules apply. */
  pipeline: ClipPipeline;
  functions: FunctionDefaults;
}

/**
 * Searches what is archived for one person: the API stores the search and wakes `advance-searches`, which starts a few
 * jobs and is woken by their ends, until all recordings are searched.
 */
export class PersonSearch extends pulumi.ComponentResource {
  readonly function: Function;

  constructor(name: string, args: PersonSearchArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:PersonSearch", name, {}, options);
    const { catalogue, vod, recognition, pipeline } = args;
    const { searches, detectors } = pipeline;
    this.function = new Function(
      name,
      {
        ...args.functions,
        entry: "handlers/advance-searches.ts",
        environment: {
          CATALOGUE_TABLE: catalogue.tableName,
          VOD_BUCKET: vod.bucket,
          RECOGNITION_TOPIC_ARN: recognition.topicArn,
          RECOGNITION_ROLE_ARN: recognition.roleArn,
          SEARCHES_QUEUE_URL: searches.url,
          ...detectors.environment,
          ...pipeline.clipRules,
        },
        statements: [
          catalogue.grant("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"),
          catalogue.grantIndexes(),
          searches.receive(),
          searches.send(),
          ...detectors.start,
          detectors.read,
          { Sid: "ReadVod", Action: "s3:GetObject", Resource: pulumi.interpolate`${vod.arn}/vod/*` },
          // Without it S3 answers 403, not "no such key", for a recording that has expired.
          { Sid: "LearnOfMissingKeys", Action: "s3:ListBucket", Resource: vod.arn },
          passRole(recognition.roleArn, "rekognition.amazonaws.com"),
        ],
        timeoutSeconds: advanceTimeoutSeconds,
        memoryMb: 1024,
      },
      { parent: this },
    );
    searches.feed(this.function, 10);
    this.registerOutputs({});
  }
}

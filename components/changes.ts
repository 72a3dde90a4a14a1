import * as eventBus from "@pulumi/aws/cloudwatch/eventBus.js";
import * as lambda from "@pulumi/aws/lambda/index.js";
import * as pulumi from "@pulumi/pulumi";
import { announcedItems } from "../catalogue/schema.ts";
import type { Catalogue } from "./catalogue.ts";
import { Function, type FunctionDefaults } from "./function.ts";

export interface ChangesArgs {
  catalogue: Catalogue;
  functions: FunctionDefaults;
  tags?: Record<string, string>;
}

/**
 * Tells others of what changes in the catalogue: a function reads the table's stream, so that no writer can forget to
 * tell, and puts events on a bus. Their source is `spotlight`, their types and details are in `domain/changes.ts`.
 */
export class Changes extends pulumi.ComponentResource {
  readonly busName: pulumi.Output<string>;
  readonly busArn: pulumi.Output<string>;
  readonly announcer: Function;

  constructor(name: string, args: ChangesArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Changes", name, {}, options);
    const { catalogue, functions, tags } = args;
    const parent = { parent: this };
    const bus = new eventBus.EventBus(name, { description: "Spotlight: what changes in the catalogue", tags }, parent);
    const announcer = new Function(
      name,
      {
        ...functions,
        entry: "handlers/announce-changes.ts",
        environment: { CHANGES_BUS: bus.name },
        statements: [
          {
            Sid: "ReadChanges",
            Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            Resource: catalogue.streamArn,
          },
          // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
          { Sid: "FindChanges", Action: "dynamodb:ListStreams", Resource: "*" },
          { Sid: "Announce", Action: "events:PutEvents", Resource: bus.arn },
        ],
        keepFailedEvents: true,
      },
      parent,
    );
    new lambda.EventSourceMapping(
      name,
      {
        eventSourceArn: catalogue.streamArn,
        functionName: announcer.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: 100,
        // A batch that fails is halved until one record is alone, which is given up after an hour at the latest.
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts: 10,
        maximumRecordAgeInSeconds: 3600,
        destinationConfig: { onFailure: { destinationArn: announcer.failed!.arn } },
        // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
        filterCriteria: {
          filters: [
            {
              pattern: JSON.stringify({
                dynamodb: { Keys: { sk: { S: announcedItems.map((prefix) => ({ prefix })) } } },
              }),
            },
          ],
        },
        tags,
      },
      parent,
    );
    this.busName = bus.name;
    this.busArn = bus.arn;
    this.announcer = announcer;
    this.registerOutputs({ busName: this.busName });
  }
}

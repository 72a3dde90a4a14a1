import * as dynamodb from "@pulumi/aws/dynamodb/index.js";
import * as pulumi from "@pulumi/pulumi";
import { tableSchema } from "../catalogue/schema.ts";
import { seedPersonItem } from "../catalogue/seed-person.ts";
import { personSlug } from "../domain/ids.ts";
import type { PolicyStatement } from "./policy.ts";

export interface CatalogueArgs {
  /** Names on the initial watch list. */
  people: readonly string[];
  /** Whether the table survives the stack: it cannot be deleted until this is false. */
  protect: boolean;
  tags?: Record<string, string>;
}

/** What a role may do with rows. */
export type CatalogueAction =
  | "GetItem"
  | "BatchGetItem"
  | "Query"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "BatchWriteItem";

/**
 * The clips table: channels, people, recordings, appearances and clips, in one DynamoDB table (see
 * `catalogue/schema.ts`).
 */
export class Catalogue extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  /** What is written to the table: each item before and after. */
  readonly streamArn: pulumi.Output<string>;

  constructor(name: string, args: CatalogueArgs, options?: pulumi.ComponentResourceOptions) {
    super("spotlight:components:Catalogue", name, {}, options);
    // Encrypted at rest with a key that DynamoDB owns, like every table. A key of our own would cost money and change
    // nothing.
    const table = new dynamodb.Table(
      name,
      {
        billingMode: "PAY_PER_REQUEST",
        ...tableSchema,
        streamEnabled: true,
        streamViewType: "NEW_AND_OLD_IMAGES",
        ttl: { attributeName: "expiresAt", enabled: true },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.protect,
        tags: args.tags,
      },
      { parent: this },
    );
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.streamArn = table.streamArn;

    for (const person of args.people) {
      new dynamodb.TableItem(
        `${name}-${personSlug(person)}`,
        {
          tableName: table.name,
          hashKey: tableSchema.hashKey,
          rangeKey: tableSchema.rangeKey,
          item: JSON.stringify(seedPersonItem(person)),
          // Changes made on the page (photos, a new name) must survive the next deployment.
        },
        { parent: this, ignoreChanges: ["item"] },
      );
    }
    this.registerOutputs({ tableName: this.tableName, tableArn: this.tableArn });
  }

  /** Lets a role perform only these actions on rows; nobody may scan the table. */
  grant(...actions: readonly CatalogueAction[]): PolicyStatement {
    return { Sid: "Catalogue", Action: actions.map((action) => `dynamodb:${action}`), Resource: this.tableArn };
  }

  /** Also lets a role query the table's indexes. */
  grantIndexes(): PolicyStatement {
    return {
      Sid: "CatalogueIndexes",
      Action: "dynamodb:Query",
      Resource: tableSchema.globalSecondaryIndexes.map(
        (index) => pulumi.interpolate`${this.tableArn}/index/${index.name}`,
      ),
    };
  }
}

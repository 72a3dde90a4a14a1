import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../errors.ts";
import type { Cloud, ServiceModule } from "../cloud.ts";
import { jsonApi, type Operations } from "../protocols/json.ts";
import { openDynamoEngine, operations, type Members, type OperationName } from "./engine.ts";
import { expire } from "./expire.ts";
import { permissionsFor } from "./permissions.ts";
import type { StreamService } from "./streams/stream-service.ts";
import { tableItemProvider } from "./table-item.ts";
import { tableProvider, type TimeToLive } from "./table.ts";

/** AWS deletes expired items within a few days; here they are deleted every hour. */
const expiryIntervalMs = 3_600_000;

/** DynamoDB on this machine: dynalite on SQLite, called in-process, with IAM checks for every table and index. */
export async function createDynamoDb(
  cloud: Pick<Cloud, "region" | "accountId" | "dataFolder" | "log" | "iam">,
): Promise<ServiceModule & { streams: StreamService }> {
  mkdirSync(cloud.dataFolder, { recursive: true });
  const engine = await openDynamoEngine(join(cloud.dataFolder, "dynamodb"));
  const timeToLive: TimeToLive = new Map();
  const arnOf = (resource: string): string =>
    resource === "*" ? "*" : `arn:aws:dynamodb:${cloud.region}:${cloud.accountId}:table/${resource}`;
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<unknown> = Promise.resolve();

  // The program defines the tables, so the API cannot create or change them.
  const offered = operations.filter((operation) => !["CreateTable", "UpdateTable", "DeleteTable"].includes(operation));
  const api = jsonApi({
    signingName: "dynamodb",
    version: "1.0",
    operations: Object.fromEntries(
      offered.map((operation) => [
        operation,
        async (input: Members, { principal }) => {
          for (const { action, resource } of permissionsFor(operation, input))
            cloud.iam.authorize(principal, action, arnOf(resource));
          return run(operation, input);
        },
      ]),
    ) satisfies Operations,
  });

  /** A failed condition returns the item if the caller asks for it, which dynalite does not support. */
  async function run(
    operation: OperationName,
    { ReturnValuesOnConditionCheckFailure: wanted, ...input }: Members,
  ): Promise<Members> {
    try {
      return await engine.run(operation, input);
    } catch (cause) {
      if (wanted !== "ALL_OLD" || !(cause instanceof AwsError) || cause.code !== "ConditionalCheckFailedException")
        throw cause;
      const { Item: item } = await engine.run("GetItem", {
        TableName: input["TableName"],
        Key: input["Key"] ?? (await keyOf(input)),
        ConsistentRead: true,
      });
      throw new AwsError(cause.code, cause.message, cause.status, item === undefined ? {} : { Item: item });
    }
  }

  /** The key of the item in a PutItem. */
  async function keyOf(input: Members): Promise<Members> {
    const { Table: table } = (await engine.run("DescribeTable", { TableName: input["TableName"] })) as {
      Table: { KeySchema: { AttributeName: string }[] };
    };
    const item = (input["Item"] ?? {}) as Members;
    return Object.fromEntries(table.KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
  }

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
  const authorizeReader: StreamService["authorizeReader"] = (streamArn, principal) => {
    for (const action of ["DescribeStream", "GetRecords", "GetShardIterator"])
      cloud.iam.authorize(principal, `dynamodb:${action}`, streamArn);
    cloud.iam.authorize(principal, "dynamodb:ListStreams", "*");
  };

  return {
    api,
    streams: { ...engine.streams, authorizeReader },
    resources: [tableProvider(engine, arnOf, timeToLive), tableItemProvider(engine)],
    async start() {
      const sweep = (): void => {
        const now = Date.now();
        sweeping = Promise.all([expire(engine, timeToLive, now), engine.streams.trim(now)]).catch((cause: unknown) =>
          cloud.log.child("dynamodb").error("Expired items could not be deleted", cause),
        );
      };
      sweep();
      timer = setInterval(sweep, expiryIntervalMs).unref();
    },
    async stop() {
      clearInterval(timer);
      await sweeping;
      await engine.close();
    },
  };
}

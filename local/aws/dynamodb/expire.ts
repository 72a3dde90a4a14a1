import type { DynamoEngine, Members } from "./engine.ts";
import type { TimeToLive } from "./table.ts";

/**
 * Items that expired longer ago than this are kept, as on AWS:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
const longAgoSeconds = 5 * 365 * 86_400;

/** Deletes items whose time to live (epoch seconds in the table's attribute) has passed. Returns how many. */
export async function expire(engine: DynamoEngine, timeToLive: TimeToLive, nowMs: number): Promise<number> {
  const now = Math.floor(nowMs / 1000);
  let deleted = 0;
  for (const [table, attribute] of timeToLive) {
    const { Table: described } = (await engine.run("DescribeTable", { TableName: table })) as {
      Table: { KeySchema: { AttributeName: string }[] };
    };
    let from: Members | undefined;
    do {
      const page: Members = await engine.run("Scan", {
        TableName: table,
        FilterExpression: "#expires < :now AND #expires > :longAgo",
        ExpressionAttributeNames: { "#expires": attribute },
        ExpressionAttributeValues: { ":now": { N: String(now) }, ":longAgo": { N: String(now - longAgoSeconds) } },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      for (const item of page["Items"] as Members[]) {
        await engine.run(
          "DeleteItem",
          {
            TableName: table,
            Key: Object.fromEntries(described.KeySchema.map(({ AttributeName: name }) => [name, item[name]])),
          },
          { type: "Service", principalId: "dynamodb.amazonaws.com" },
        );
        deleted += 1;
      }
      from = page["LastEvaluatedKey"] as Members | undefined;
    } while (from !== undefined);
  }
  return deleted;
}

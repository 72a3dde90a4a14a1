import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDynamoEngine } from "../../../../local/aws/dynamodb/engine.ts";
import { eventually } from "../../../support/cloud.ts";
import { openDynalite } from "./dynalite.ts";

describe("a data folder from before DynamoDB was on SQLite", () => {
  it("keeps its tables and items, and loses its LevelDB", async () => {
    const folder = await mkdtemp(join(tmpdir(), "adopt-level-"));
    const before = openDynalite(folder);
    const index = {
      IndexName: "gsi1",
      KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    };
    await before.run("CreateTable", {
      TableName: "catalogue",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "kind"].map((name) => ({ AttributeName: name, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [index],
    });
    await eventually(async () => {
      const { Table: made } = (await before.run("DescribeTable", { TableName: "catalogue" })) as {
        Table: { TableStatus: string };
      };
      return made.TableStatus === "ACTIVE" || undefined;
    }, "the table");
    const item = { pk: { S: "person~son" }, kind: { S: "person" } };
    await before.run("PutItem", { TableName: "catalogue", Item: item });
    await before.close();

    const engine = await openDynamoEngine(folder);
    const found = await engine.run("Query", {
      TableName: "catalogue",
      IndexName: "gsi1",
      KeyConditionExpression: "kind = :kind",
      ExpressionAttributeValues: { ":kind": item.kind },
    });
    assert.deepEqual(found["Items"], [item]);
    assert.deepEqual((await engine.run("GetItem", { TableName: "catalogue", Key: { pk: item.pk } }))["Item"], item);
    await engine.run("DeleteItem", { TableName: "catalogue", Key: { pk: item.pk } });
    await engine.close();
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !name.startsWith("items.db")),
      [],
    );

    const again = await openDynamoEngine(folder);
    assert.equal((await again.run("Scan", { TableName: "catalogue" }))["Count"], 0);
    await again.close();
    await rm(folder, { recursive: true });
  });
});

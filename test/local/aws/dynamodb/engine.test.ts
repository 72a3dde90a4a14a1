import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDynamoEngine } from "../../../../local/aws/dynamodb/engine.ts";

describe("the engine of the local DynamoDB", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spotlight-dynamodb-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("finishes what runs when it is closed, and refuses the rest", async () => {
    const engine = await openDynamoEngine(folder);
    await engine.run("CreateTable", {
      TableName: "catalogue",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
    const status = async (): Promise<unknown> => {
      const { Table: table } = await engine.run("DescribeTable", { TableName: "catalogue" });
      return (table as { TableStatus: string }).TableStatus;
    };
    while ((await status()) !== "ACTIVE") await new Promise((resolve) => setImmediate(resolve));
    const puts = Array.from({ length: 50 }, (_, index) =>
      engine.run("PutItem", { TableName: "catalogue", Item: { pk: { S: String(index) } } }),
    );
    const scan = engine.run("Scan", { TableName: "catalogue" });
    const closed = engine.close();
    await assert.rejects(engine.run("Scan", { TableName: "catalogue" }), { code: "InternalServerError" });
    assert.ok("Count" in (await scan));
    assert.equal((await Promise.all(puts)).length, 50);
    await closed;

    const again = await openDynamoEngine(folder);
    const { Count: count } = await again.run("Scan", { TableName: "catalogue" });
    assert.equal(count, 50);
    await again.close();
  });
});

import assert from "node:assert/strict";
import { Catalogue } from "../../components/catalogue.ts";
import { deploy } from "./mocks.ts";

describe("Catalogue", () => {
  it("is one on-demand table with its indexes, backups, expiry and protection", async () => {
    const stack = await deploy(() => new Catalogue("catalogue", { people: [], protect: true }));
    assert.deepEqual(stack.counts(), { "aws:dynamodb/table:Table": 1 });
    assert.deepEqual(stack.one("aws:dynamodb/table:Table").inputs, {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "pk",
      rangeKey: "sk",
      attributes: ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"].map((name) => ({ name, type: "S" })),
      globalSecondaryIndexes: [
        { name: "gsi1", hashKey: "gsi1pk", rangeKey: "gsi1sk", projectionType: "ALL" },
        { name: "gsi2", hashKey: "gsi2pk", rangeKey: "gsi2sk", projectionType: "ALL" },
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
  });

  it("puts the configured people on the watch list", async () => {
    const stack = await deploy(() => new Catalogue("catalogue", { people: ["Son Heung-min", "Ada Hegerberg"], protect: false }));
    const items = stack.all("aws:dynamodb/tableItem:TableItem");
    assert.deepEqual(items.map(({ name }) => name), ["catalogue-ada-hegerberg", "catalogue-son-heung-min"]);
    const { item, ...place } = items[1]!.inputs;
    assert.deepEqual(place, { tableName: "catalogue", hashKey: "pk", rangeKey: "sk" });
    const { pk, sk, name } = JSON.parse(String(item)) as Record<string, unknown>;
    assert.deepEqual({ pk, sk, name }, { pk: { S: "PEOPLE" }, sk: { S: "PERSON#son-heung-min" }, name: { S: "Son Heung-min" } });
  });

  it("grants rows and indexes, and no Scan", async () => {
    let actions: readonly string[] = [];
    await deploy(() => {
      const { Action } = new Catalogue("catalogue", { people: [], protect: false }).readWrite();
      actions = typeof Action === "string" ? [Action] : Action;
    });
    assert.ok(actions.includes("dynamodb:Query"));
    assert.deepEqual(actions.filter((action) => action.includes("*") || action.includes("Scan") || action.includes("Table")), []);
  });
});

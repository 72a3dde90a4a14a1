import assert from "node:assert/strict";
import { Catalogue } from "../../components/catalogue.ts";
import { policyDocument } from "../../components/policy.ts";
import { account, deploy, statements, valueOf } from "./mocks.ts";

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
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: true,
    });
  });

  it("puts the configured people on the watch list", async () => {
    const stack = await deploy(
      () => new Catalogue("catalogue", { people: ["Son Heung-min", "Ada Hegerberg"], protect: false }),
    );
    const items = stack.all("aws:dynamodb/tableItem:TableItem");
    assert.deepEqual(
      items.map(({ name }) => name),
      ["catalogue-ada-hegerberg", "catalogue-son-heung-min"],
    );
    const { item, ...place } = items[1]!.inputs;
    assert.deepEqual(place, { tableName: "catalogue", hashKey: "pk", rangeKey: "sk" });
    const { pk, sk, name } = JSON.parse(String(item)) as Record<string, unknown>;
    assert.deepEqual(
      { pk, sk, name },
      { pk: { S: "PEOPLE" }, sk: { S: "PERSON#son-heung-min" }, name: { S: "Son Heung-min" } },
    );
  });

  it("grants the requested actions on the table, and queries of the indexes separately", async () => {
    let granted: unknown;
    await deploy(async () => {
      const catalogue = new Catalogue("catalogue", { people: [], protect: false });
      granted = JSON.parse(
        await valueOf(policyDocument([catalogue.grant("GetItem", "UpdateItem"), catalogue.grantIndexes()])),
      );
    });
    const table = `arn:aws:dynamodb:us-east-1:${account}:catalogue`;
    assert.deepEqual(statements(granted), [
      { Sid: "Catalogue", Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"], Resource: table },
      {
        Sid: "CatalogueIndexes",
        Effect: "Allow",
        Action: "dynamodb:Query",
        Resource: [`${table}/index/gsi1`, `${table}/index/gsi2`],
      },
    ]);
  });
});

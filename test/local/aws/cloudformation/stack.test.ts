import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceModule } from "../../../../local/aws/cloud.ts";
import { createCloudFormation } from "../../../../local/aws/cloudformation/index.ts";
import type { ResourceType } from "../../../../local/aws/cloudformation/resource-type.ts";
import type { Properties, ResourceState } from "../../../../local/engine/provider.ts";

describe("a CloudFormation stack on this machine", () => {
  let folder: string;
  let service: ServiceModule;
  let prior: ResourceState | undefined;
  /** What was done, in order. */
  let calls: string[];
  let made: number;

  const thing: ResourceType = {
    name: "Test::Thing",
    createOnly: ["Kind"],
    async put(properties, id) {
      if (properties["Fails"] === true) throw new Error("it is on air");
      const known = id ?? `thing-${++made}`;
      calls.push(`${id === undefined ? "create" : "update"} ${known} ${JSON.stringify(properties)}`);
      return { id: known, attributes: { Arn: `arn:${known}` } };
    },
    async remove(id) {
      calls.push(`delete ${id}`);
    },
  };
  const start = (): void => {
    service = createCloudFormation(
      { region: "us-east-1", accountId: "000000000000", dataFolder: folder },
      { types: [thing], secret: (arn, version) => `secret of ${arn} ${version ?? "current"}` },
    );
  };
  /** Provisions the stack; returns its outputs. */
  const put = async (Resources: Record<string, object>, Outputs: Record<string, unknown> = {}): Promise<unknown> => {
    calls = [];
    const templateBody = JSON.stringify({
      Resources: Object.fromEntries(
        Object.entries(Resources).map(([id, Properties]) => [id, { Type: "Test::Thing", Properties }]),
      ),
      Outputs: Object.fromEntries(Object.entries(Outputs).map(([name, Value]) => [name, { Value }])),
    });
    const inputs: Properties = { name: "main", templateBody };
    prior = await service.resources[0]!.apply({ urn: "urn", name: "main", inputs, ...(prior && { prior }) });
    return prior.outputs["outputs"];
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-"));
    prior = undefined;
    made = 0;
    start();
  });
  afterEach(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  it("makes each resource after those that it refers to, and tells its outputs", async () => {
    const outputs = await put(
      { B: { Of: { Ref: "A" }, Arn: { "Fn::GetAtt": ["A", "Arn"] } }, A: { Name: "a" } },
      { Id: { Ref: "B" }, Both: { "Fn::Join": ["+", [{ Ref: "A" }, { "Fn::GetAtt": "B.Arn" }]] } },
    );
    assert.deepEqual(calls, ['create thing-1 {"Name":"a"}', 'create thing-2 {"Of":"thing-1","Arn":"arn:thing-1"}']);
    assert.deepEqual(outputs, { Id: "thing-2", Both: "thing-1+arn:thing-2" });
  });

  it("knows Fn::Sub, pseudo parameters and secrets of Secrets Manager", async () => {
    const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:key-1a2b3c";
    const outputs = await put(
      { A: { Key: `live/{{resolve:secretsmanager:${arn}:SecretString:::v7}}` } },
      { Text: { "Fn::Sub": ["${A} in ${AWS::Region}, ${!A} ${X}", { X: { Ref: "AWS::AccountId" } }] } },
    );
    assert.deepEqual(calls, [`create thing-1 {"Key":"live/secret of ${arn} v7"}`]);
    assert.deepEqual(outputs, { Text: "thing-1 in us-east-1, ${A} 000000000000" });
  });

  it("keeps the ids over a restart and an update, and removes what is gone", async () => {
    await put({ A: { Name: "a" }, B: { Name: "b" } });
    await service.stop();
    start();
    await put({ A: { Name: "a" }, B: { Name: "c" } });
    assert.deepEqual(calls, ['update thing-1 {"Name":"a"}', 'update thing-2 {"Name":"c"}']);
    await put({ B: { Name: "c" } });
    assert.deepEqual(calls, ['update thing-2 {"Name":"c"}', "delete thing-1"]);
  });

  it("makes a replacement before it removes what is replaced", async () => {
    await put({ A: { Kind: "x" }, B: { Of: { Ref: "A" } } });
    await put({ A: { Kind: "y" }, B: { Of: { Ref: "A" } } });
    assert.deepEqual(calls, ['create thing-3 {"Kind":"y"}', 'update thing-2 {"Of":"thing-3"}', "delete thing-1"]);
  });

  it("leaves everything as it was when a resource fails, and says which", async () => {
    await put({ A: { Name: "a" }, B: {} });
    const before = prior;
    await assert.rejects(put({ A: { Name: "b" }, C: {}, B: { Fails: true } }), {
      code: "UPDATE_ROLLBACK_COMPLETE",
      message: "The stack main is as it was before, because B failed: it is on air",
    });
    assert.deepEqual(calls, [
      'update thing-1 {"Name":"b"}',
      "create thing-3 {}",
      "delete thing-3",
      'update thing-1 {"Name":"a"}',
    ]);
    prior = before;
    await put({ A: { Name: "a" }, B: {} });
    assert.deepEqual(calls, ['update thing-1 {"Name":"a"}', "update thing-2 {}"]);
  });

  it("removes its resources with it, the newest first", async () => {
    await put({ A: {}, B: {} });
    calls = [];
    await service.resources[0]!.remove!(prior!, {});
    assert.deepEqual(calls, ["delete thing-2", "delete thing-1"]);
  });

  const rejected = (template: unknown): Promise<unknown> =>
    service.resources[0]!.apply({
      urn: "urn",
      name: "main",
      inputs: { templateBody: typeof template === "string" ? template : JSON.stringify(template) },
    });
  for (const [what, template, message] of [
    [
      "a reference to nothing",
      { Resources: { A: { Type: "Test::Thing", Properties: { Of: { Ref: "B" } } } } },
      "Template error: Unresolved resource dependencies [B] in the template.",
    ],
    [
      "a circle",
      {
        Resources: {
          A: { Type: "Test::Thing", Properties: { Of: { Ref: "B" } } },
          B: { Type: "Test::Thing", DependsOn: "A" },
        },
      },
      "Template error: Circular dependency between resources: [A, B].",
    ],
    [
      "another function",
      { Resources: { A: { Type: "Test::Thing", Properties: { Of: { "Fn::Select": [0, ["a"]] } } } } },
      "Template error: the local engine does not support Fn::Select; use Ref, Fn::GetAtt, Fn::Sub or Fn::Join.",
    ],
    [
      "another type",
      { Resources: { A: { Type: "AWS::S3::Bucket" } } },
      "Template error: A is of the type AWS::S3::Bucket, which the local engine does not support.",
    ],
    [
      "another section",
      { Resources: {}, Conditions: {} },
      "Template error: Conditions is not supported by the local engine.",
    ],
    [
      "an attribute that there is not",
      { Resources: { A: { Type: "Test::Thing" } }, Outputs: { Out: { Value: { "Fn::GetAtt": ["A", "Url"] } } } },
      "Template error: A does not support attribute Url.",
    ],
    [
      "another dynamic reference",
      { Resources: { A: { Type: "Test::Thing", Properties: { Key: "{{resolve:ssm:/key}}" } } } },
      "Template error: the local engine resolves {{resolve:secretsmanager:ID:SecretString:::VERSION}} only.",
    ],
    ["YAML", "Resources: {}", "Template error: the local engine reads templates in JSON only."],
  ] as const)
    it(`rejects ${what}`, async () => {
      await assert.rejects(rejected(template), { message });
    });
});

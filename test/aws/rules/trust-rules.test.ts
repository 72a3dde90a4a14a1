import assert from "node:assert/strict";
import { trustProblems } from "./trust-rules.ts";

/** What the rule says of a role that `service` may take. */
function said(service: string, { actions = "sts:AssumeRole", conditions }: Trust = {}): string[] {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: actions, Condition: conditions };
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const role = { urn: "urn", type: "aws:iam/role:Role", name: "r", id: "r", inputs: { assumeRolePolicy }, outputs: {} };
  return trustProblems({ name: "dev", naming: undefined, resources: [role], templated: [] });
}

interface Trust {
  actions?: string | string[];
  conditions?: object;
}

const account = { StringEquals: { "aws:SourceAccount": "111122223333" } };

describe("who takes roles", () => {
  it("is a service for this account, or one that does not say for whom", () => {
    assert.deepEqual(said("mediaconvert.amazonaws.com", { conditions: account }), []);
    assert.deepEqual(said("lambda.amazonaws.com"), []);
    assert.deepEqual(said("medialive.amazonaws.com", { actions: ["sts:AssumeRole", "sts:TagSession"] }), []);
  });

  it("is not a service for any account", () => {
    for (const conditions of [undefined, { StringEquals: { "aws:SourceAccount": "*" } }])
      assert.deepEqual(said("rekognition.amazonaws.com", { conditions }), [
        "role r: rekognition.amazonaws.com takes it for any account",
      ]);
  });

  it("is not limited by what a service does not send", () => {
    assert.deepEqual(said("lambda.amazonaws.com", { conditions: account }), [
      "role r: has a condition on what lambda.amazonaws.com does not send",
    ]);
  });

  it("may do with the role what it needs, and nothing else", () => {
    assert.deepEqual(said("medialive.amazonaws.com"), ["role r: is taken by others than one service"]);
    assert.deepEqual(said("ec2.amazonaws.com"), ["role r: is taken by others than one service"]);
  });
});

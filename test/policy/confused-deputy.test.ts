import assert from "node:assert/strict";
import { violations } from "../../policy/rule.ts";
import { confusedDeputy } from "../../policy/rules/confused-deputy.ts";

/** What the rule says of a role that `service` may assume under a condition. */
function said(service: string, Condition?: object): string[] {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition };
  const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const role = { urn: "urn", type: "aws:iam/role:Role", name: "role", props: { assumeRolePolicy } };
  return violations(confusedDeputy, [role]).map(({ message }) => message);
}

describe("confused-deputy", () => {
  it("passes roles that are assumed for this account, or for one resource", () => {
    const queue = "arn:aws:mediaconvert:us-east-1:1:queues/q";
    assert.deepEqual(said("mediaconvert.amazonaws.com", { StringEquals: { "aws:SourceAccount": "1" } }), []);
    assert.deepEqual(said("mediaconvert.amazonaws.com", { ArnLike: { "AWS:SourceArn": queue } }), []);
  });

  it("passes services that say for nobody", () => {
    assert.deepEqual([said("lambda.amazonaws.com"), said("medialive.amazonaws.com")], [[], []]);
  });

  it("reports a role that a service may assume for anyone", () => {
    for (const condition of [undefined, { StringEquals: { "aws:PrincipalTag/team": "a" } }])
      assert.deepEqual(said("rekognition.amazonaws.com", condition), [
        "rekognition.amazonaws.com may assume the role for any account: add the condition aws:SourceAccount.",
      ]);
  });
});

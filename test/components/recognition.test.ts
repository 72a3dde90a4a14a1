import assert from "node:assert/strict";
import { Recognition } from "../../components/recognition.ts";
import { account, deploy, statements, valueOf } from "./mocks.ts";

describe("Recognition", () => {
  it("has a collection, and a topic on which only Rekognition's role publishes", async () => {
    const stack = await deploy(() => new Recognition("faces", { accountId: account }));
    assert.deepEqual(stack.counts(), {
      "aws:rekognition/collection:Collection": 1,
      "aws:sns/topic:Topic": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
    });
    assert.deepEqual(stack.one("aws:rekognition/collection:Collection").inputs, {
      collectionId: "spotlight-test-faces",
    });
    assert.deepEqual(statements(stack.one("aws:iam/role:Role").inputs["assumeRolePolicy"]), [
      {
        Effect: "Allow",
        Principal: { Service: "rekognition.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      },
    ]);
    assert.deepEqual(statements(stack.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"]), [
      { Effect: "Allow", Action: "sns:Publish", Resource: "arn:aws:sns:us-east-1:123456789012:faces" },
    ]);
    assert.equal(await valueOf(stack.result.roleArn), "arn:aws:iam:us-east-1:123456789012:faces-publisher");
  });
});

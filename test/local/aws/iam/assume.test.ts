import assert from "node:assert/strict";
import type { Iam, ServiceModule } from "../../../../local/aws/cloud.ts";
import { createIam } from "../../../../local/aws/iam/index.ts";

const accountId = "000000000000";
const queue = `arn:aws:mediaconvert:us-east-1:${accountId}:queues/clips`;

describe("IAM: a service assumes a role", () => {
  let iam: Iam & ServiceModule;
  beforeEach(() => (iam = createIam({ accountId, region: "us-east-1" })));

  /** The ARN of a role that `service` may assume under a condition. */
  async function role(service: string, Condition: object): Promise<string> {
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition };
    const inputs = {
      name: "role",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    };
    const provider = iam.resources.find(({ type }) => type === "aws:iam/role:Role")!;
    const { outputs } = await provider.apply({ name: "role", urn: "urn", inputs, prior: undefined });
    return String(outputs["arn"]);
  }

  it("for the account and the resource that the trust policy names", async () => {
    const arn = await role("mediaconvert.amazonaws.com", {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": queue },
    });
    assert.deepEqual(iam.assume(arn, "mediaconvert.amazonaws.com", { arn: queue }), { kind: "role", arn });
  });

  it("not for another resource or another account", async () => {
    const arn = await role("mediaconvert.amazonaws.com", { ArnLike: { "aws:SourceArn": queue } });
    const refused = { message: /mediaconvert\.amazonaws\.com is not authorized to perform: sts:AssumeRole/ };
    assert.throws(() => iam.assume(arn, "mediaconvert.amazonaws.com", { arn: `${queue}-of-others` }), refused);
    const foreign = await role("mediaconvert.amazonaws.com", { StringEquals: { "aws:SourceAccount": "111122223333" } });
    assert.throws(() => iam.assume(foreign, "mediaconvert.amazonaws.com", { arn: queue }), refused);
  });

  it("not under a condition on a key that the service does not send", async () => {
    const account = { StringEquals: { "aws:SourceAccount": accountId } };
    const live = await role("medialive.amazonaws.com", account);
    assert.throws(() => iam.assume(live, "medialive.amazonaws.com"), /medialive\.amazonaws\.com is not authorized/);
    const recognition = await role("rekognition.amazonaws.com", account);
    assert.deepEqual(iam.assume(recognition, "rekognition.amazonaws.com", {}), { kind: "role", arn: recognition });
    const withArn = await role("rekognition.amazonaws.com", { ArnLike: { "aws:SourceArn": "arn:aws:rekognition:*" } });
    assert.throws(() => iam.assume(withArn, "rekognition.amazonaws.com", {}), /rekognition\.amazonaws\.com is not/);
  });
});

import assert from "node:assert/strict";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { createGateway, type Gateway } from "../../../../local/aws/gateway.ts";
import { createIam } from "../../../../local/aws/iam/index.ts";
import { createSts } from "../../../../local/aws/sts/index.ts";
import { createLog } from "../../../../local/log.ts";

describe("sts", () => {
  const accountId = "000000000000";
  const iam = createIam({ accountId, region: "us-east-1" });
  let gateway: Gateway;
  before(async () => {
    gateway = await createGateway({ iam, log: createLog() });
    gateway.register(createSts({ accountId }).api!);
  });
  after(() => gateway.stop());

  const identity = async (credentials: { accessKeyId: string; secretAccessKey: string }): Promise<unknown> => {
    const sts = new STSClient({ endpoint: gateway.url(), region: "us-east-1", credentials });
    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return { Account, Arn };
  };

  it("tells a role's session and the owner who they are", async () => {
    assert.deepEqual(await identity(iam.credentials("arn:aws:iam::000000000000:role/convert")), {
      Account: accountId,
      Arn: "arn:aws:sts::000000000000:assumed-role/convert/convert",
    });
    assert.deepEqual(await identity(iam.ownerKey()), { Account: accountId, Arn: "arn:aws:iam::000000000000:root" });
  });
});

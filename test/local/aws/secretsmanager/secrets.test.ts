import assert from "node:assert/strict";
import { createSecretsManager } from "../../../../local/aws/secretsmanager/index.ts";
import type { Properties, ResourceState } from "../../../../local/engine/provider.ts";

describe("the local Secrets Manager", () => {
  const account = { region: "us-east-1", accountId: "000000000000" };
  const apply = (
    manager: ReturnType<typeof createSecretsManager>,
    type: string,
    inputs: Properties,
    prior?: ResourceState,
  ): Promise<ResourceState> =>
    manager.resources
      .find((provider) => provider.type === `aws:secretsmanager/${type}`)!
      .apply({ urn: "urn", name: "key", inputs, ...(prior && { prior }) });

  it("gives a secret's value by its ARN and version, also after a restart", async () => {
    const first = createSecretsManager(account);
    const secret = await apply(first, "secret:Secret", {});
    assert.match(secret.id, /^arn:aws:secretsmanager:us-east-1:000000000000:secret:key-[0-9a-f]{7}-[0-9a-f]{6}$/);
    const version = await apply(first, "secretVersion:SecretVersion", { secretId: secret.id, secretString: "s3cret" });
    const { arn, versionId } = version.outputs as { arn: string; versionId: string };
    assert.equal(arn, secret.id);
    assert.equal(first.valueOf(arn, versionId), "s3cret");
    assert.equal(first.valueOf(arn), "s3cret");

    const second = createSecretsManager(account);
    assert.deepEqual(await apply(second, "secret:Secret", {}, secret), secret);
    const inputs = { secretId: secret.id, secretString: "s3cret" };
    assert.deepEqual(await apply(second, "secretVersion:SecretVersion", inputs, version), version);
    assert.equal(second.valueOf(arn, versionId), "s3cret");
  });

  it("knows no other secret and no other version", async () => {
    const manager = createSecretsManager(account);
    const secret = await apply(manager, "secret:Secret", {});
    await apply(manager, "secretVersion:SecretVersion", { secretId: secret.id, secretString: "s3cret" });
    for (const [arn, version] of [
      [`${secret.id}x`, undefined],
      [secret.id, "other"],
    ] as const)
      assert.throws(() => manager.valueOf(arn, version), { code: "ResourceNotFoundException" });
  });
});

import assert from "node:assert/strict";
import { randomProviders } from "../../../../local/engine/providers/random.ts";

describe("random resources", () => {
  const apply = (
    type: string,
    inputs: Record<string, unknown>,
    prior?: { id: string; outputs: Record<string, unknown> },
  ) => {
    const provider = randomProviders.find((candidate) => candidate.type === type);
    assert.ok(provider !== undefined);
    return provider.apply({ urn: "urn", name: "secret", inputs, ...(prior === undefined ? {} : { prior }) });
  };

  it("create a password with the requested length and characters", async () => {
    const { outputs } = await apply("random:index/randomPassword:RandomPassword", { length: 200, special: false });
    assert.match(String(outputs["result"]), /^[A-Za-z0-9]{200}$/);
    const digits = await apply("random:index/randomString:RandomString", {
      length: 50,
      upper: false,
      lower: false,
      special: false,
    });
    assert.match(String(digits.outputs["result"]), /^\d{50}$/);
  });

  it("keep the values of an earlier run", async () => {
    const first = await apply("random:index/randomPassword:RandomPassword", { length: 32 });
    assert.deepEqual(await apply("random:index/randomPassword:RandomPassword", { length: 32 }, first), first);
    assert.notDeepEqual(await apply("random:index/randomPassword:RandomPassword", { length: 32 }), first);
  });

  it("return the same bytes in every encoding", async () => {
    const { outputs } = await apply("random:index/randomId:RandomId", { byteLength: 8 });
    const hex = String(outputs["hex"]);
    assert.match(hex, /^[0-9a-f]{16}$/);
    assert.equal(Buffer.from(String(outputs["b64Url"]), "base64url").toString("hex"), hex);
    assert.equal(outputs["dec"], BigInt(`0x${hex}`).toString());
  });
});

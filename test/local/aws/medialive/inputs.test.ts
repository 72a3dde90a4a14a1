import assert from "node:assert/strict";
import { Inputs } from "../../../../local/aws/medialive/inputs.ts";

function inputs(...cidrs: string[]): Inputs {
  const all = new Inputs({
    admits: (groups, address, port) => groups.includes("sg-1") && address === "10.9.0.7" && port === 1935,
  });
  all.putGroup("1", cidrs);
  all.put({ id: "7", arn: "arn", name: "main", streamNames: ["live/key"], securityGroupIds: ["1"], tags: {} });
  return all;
}

describe("MediaLive inputs", () => {
  it("are found by their whole stream name, from an admitted address only", () => {
    const all = inputs("192.0.2.0/24", "127.0.0.1/32");
    assert.equal(all.find("live/key", "192.0.2.200")?.id, "7");
    assert.equal(all.find("live/key", "::ffff:192.0.2.7")?.id, "7");
    assert.equal(all.find("live/key", "::1")?.id, "7");
    for (const [name, address] of [
      ["live/kez", "127.0.0.1"],
      ["live/key2", "127.0.0.1"],
      ["live/", "127.0.0.1"],
      ["live/key", "192.0.3.1"],
      ["live/key", "2001:db8::1"],
      ["live/key", ""],
    ] as const)
      assert.equal(all.find(name, address), undefined, `${name} ${address}`);
    assert.equal(all.admits("192.0.3.1"), false);
  });

  it("in a private network admit clients that its security groups allow", () => {
    const all = inputs("127.0.0.1/32");
    all.put({
      id: "8",
      arn: "arn",
      name: "inside",
      streamNames: ["live/inside"],
      securityGroupIds: [],
      vpc: { subnetIds: ["subnet-a", "subnet-b"], securityGroupIds: ["sg-1"] },
      tags: {},
    });
    assert.equal(all.find("live/inside", "::ffff:10.9.0.7")?.id, "8");
    assert.equal(all.find("live/inside", "127.0.0.1"), undefined);
    assert.equal(all.find("live/key", "10.9.0.7"), undefined);
    assert.equal(all.admits("10.9.0.7"), true);
  });

  it("reject invalid ranges and stream names", () => {
    for (const cidr of ["localhost", "10.0.0.0/33", "10.0.0/8", "::1/128", ""])
      assert.throws(() => inputs(cidr), { code: "UnprocessableEntityException" }, cidr);
    for (const streamName of ["key", "live/", "/key", "a/b/c", "live/key?x=1"])
      assert.throws(
        () =>
          inputs("10.0.0.0/8").put({
            id: "8",
            arn: "",
            name: "",
            streamNames: [streamName],
            securityGroupIds: [],
            tags: {},
          }),
        { code: "UnprocessableEntityException" },
        streamName,
      );
  });
});

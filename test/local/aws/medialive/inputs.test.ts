import assert from "node:assert/strict";
import { Inputs } from "../../../../local/aws/medialive/inputs.ts";
import { readStreamName } from "../../../../local/aws/medialive/stream-name.ts";

function inputs(...cidrs: string[]): Inputs {
  const all = new Inputs({
    admits: (groups, address, port) => groups.includes("sg-1") && address === "10.9.0.7" && port === 1935,
  });
  all.putGroup("1", cidrs);
  all.put({ id: "7", arn: "arn", name: "main", streamNames: ["live/key"], securityGroupIds: ["1"], tags: {} });
  return all;
}

/** The id of the input that a publisher means, or what is wrong. */
function found(all: Inputs, app: string, name: string, address = "127.0.0.1"): string {
  const result = all.find(readStreamName(app, name), address);
  return "input" in result ? result.input.id : result.problem;
}

describe("MediaLive inputs", () => {
  it("are found by their stream name, from an admitted address only", () => {
    const all = inputs("192.0.2.0/24", "127.0.0.1/32");
    for (const address of ["192.0.2.200", "::ffff:192.0.2.7", "::1"])
      assert.equal(found(all, "live", "key", address), "7", address);
    const wrong = "the server address or the stream key is wrong: copy both from the page";
    for (const [name, address] of [
      ["kez", "127.0.0.1"],
      ["key2", "127.0.0.1"],
      ["key", "192.0.3.1"],
      ["key", "2001:db8::1"],
      ["key", ""],
    ] as const)
      assert.equal(found(all, "live", name, address), wrong, `${name} ${address}`);
    assert.equal(all.admits("192.0.3.1"), false);
  });

  it("are found however the address is spread over the fields, with what a careless copy adds", () => {
    const all = inputs("127.0.0.1/32");
    for (const [app, name] of [
      ["live", "key"],
      ["live/key", ""],
      ["", "key"],
      ["key", ""],
      ["live/", "key"],
      ["live//", "/key"],
      ["live", "key/"],
      ["live", "key?token=1"],
      ["live?x=1", "key"],
      ["live", "key "],
      ["live ", " key"],
      ["live", "key\r\n"],
      ["live", "live/key"],
      ["live", "%20key%0A"],
    ] as const)
      assert.equal(found(all, app, name), "7", JSON.stringify([app, name]));
  });

  it("that are not found tell what is missing or wrong", () => {
    const all = inputs("127.0.0.1/32");
    const missing = "the stream key is missing: copy it from the page";
    assert.equal(found(all, "live", ""), missing);
    assert.equal(found(all, "", ""), missing);
    assert.equal(found(all, "live", "ke y"), "the stream key contains a space: copy it from the page again");
    assert.equal(
      found(all, "LIVE", "key"),
      'the stream key is right, but the server address must end in "/live", not in "/LIVE"',
    );
    assert.equal(found(all, "live", "%zz"), "the server address or the stream key is wrong: copy both from the page");
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
    assert.equal(found(all, "live", "inside", "::ffff:10.9.0.7"), "8");
    const wrong = "the server address or the stream key is wrong: copy both from the page";
    assert.equal(found(all, "live", "inside"), wrong);
    assert.equal(found(all, "live", "key", "10.9.0.7"), wrong);
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

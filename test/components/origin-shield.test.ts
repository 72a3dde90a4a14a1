import assert from "node:assert/strict";
import { originShieldRegion } from "../../components/origin-shield.ts";

describe("originShieldRegion", () => {
  it("is the origin's region where Origin Shield exists", () => {
    for (const region of ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "sa-east-1"])
      assert.equal(originShieldRegion(region), region);
  });

  it("is the region that AWS names elsewhere", () => {
    assert.deepEqual(["us-west-1", "ca-central-1", "eu-north-1", "eu-west-3", "ap-east-1"].map(originShieldRegion), [
      "us-west-2",
      "us-east-1",
      "eu-west-2",
      "eu-west-2",
      "ap-southeast-1",
    ]);
  });
});

import assert from "node:assert/strict";
import { createTokenBucket } from "../../../../local/aws/apigateway/token-bucket.ts";

describe("apigateway: throttling", () => {
  it("admits a burst, then the rate, and never accumulates more than the burst", () => {
    let now = 0;
    const bucket = createTokenBucket({ perSecond: 2, burst: 3, now: () => now });
    const taken = (): number => Array.from({ length: 10 }, () => bucket.take()).filter(Boolean).length;
    assert.equal(taken(), 3);
    now += 1000;
    assert.equal(taken(), 2);
    now += 400;
    assert.equal(taken(), 0);
    now += 100;
    assert.equal(taken(), 1);
    now += 60_000;
    assert.equal(taken(), 3);
  });
});

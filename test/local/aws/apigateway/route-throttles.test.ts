import assert from "node:assert/strict";
import { createRouteThrottles } from "../../../../local/aws/apigateway/route-throttles.ts";

const never = 1e-9;

describe("apigateway: throttles of routes", () => {
  it("admit a route's burst whatever happens on the others", () => {
    const throttles = createRouteThrottles({
      routes: new Map([["GET /{proxy+}", { perSecond: never, burst: 2 }]]),
      other: { perSecond: never, burst: 1 },
    });
    const take = (key: string, times: number): boolean[] => Array.from({ length: times }, () => throttles.take(key));
    assert.deepEqual(take("GET /{proxy+}", 3), [true, true, false]);
    assert.deepEqual(take("$default", 2), [true, false]);
    assert.deepEqual(take("ANY /files", 2), [true, false]);
  });
});

import assert from "node:assert/strict";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { createDemo } from "../../../api/demo.ts";
import { startAws, type TestAws } from "../support/aws.ts";
import { adminToken, asAdmin, startHarness, type Harness } from "../support/harness.ts";

describe("/demo", () => {
  let aws: TestAws;
  let lambda: LambdaClient;
  let harness: Harness;
  before(async () => {
    aws = await startAws();
    lambda = new LambdaClient({
      endpoint: aws.url,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    harness = await startHarness({ demo: createDemo({ lambda, functionName: "demo" }) });
  });
  after(async () => {
    await harness.stop();
    lambda.destroy();
    await aws.stop();
  });
  const call = async (method: "POST" | "DELETE", headers = asAdmin) =>
    (await harness.app.inject({ method, url: "/api/demo", headers })).statusCode;

  it("invokes the function that plays the demo", async () => {
    aws.on("POST /2015-03-31/functions/demo/invocations", { body: "null" });
    assert.equal(await call("POST"), 202);
    assert.equal(await call("DELETE"), 204);
    assert.deepEqual(
      aws.calls.map(({ input }) => input),
      [{ action: "start", token: adminToken }, { action: "stop" }],
    );
    assert.equal((await harness.app.inject({ method: "POST", url: "/api/demo" })).statusCode, 401);
  });

  it("fails when the function fails", async () => {
    aws.on("POST /2015-03-31/functions/demo/invocations", {
      headers: { "x-amz-function-error": "Unhandled" },
      body: { errorMessage: "no footage" },
    });
    assert.equal(await call("POST"), 500);
    assert.match(JSON.stringify(harness.log.at(-1)), /no footage/);
  });

  it("is neither there nor in the document where nothing plays it", async () => {
    const plain = await startHarness();
    try {
      const missing = await plain.app.inject({ method: "POST", url: "/api/demo", headers: asAdmin });
      assert.equal(missing.statusCode, 404);
      assert.equal(missing.json<{ code: string }>().code, "route-not-found");
      const paths = async ({ app }: Harness) =>
        Object.keys((await app.inject("/api/openapi.json")).json<{ paths: object }>().paths);
      assert.ok(!(await paths(plain)).includes("/demo"));
      assert.ok((await paths(harness)).includes("/demo"));
    } finally {
      await plain.stop();
    }
  });
});

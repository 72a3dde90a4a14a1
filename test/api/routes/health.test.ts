import assert from "node:assert/strict";
import packageJson from "../../../package.json" with { type: "json" };
import { startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

describe("health", () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.stop());

  it("names versions and checks when everything answers", async () => {
    harness.aws.on("GET /prod/channels/1234567", { body: { state: "IDLE" } });
    const response = await harness.app.inject("/api/health");
    assert.equal(response.statusCode, 200, response.body);
    const health = response.json<{
      status: string;
      versions: unknown;
      checks: { name: string; durationMs: number }[];
    }>();
    assert.equal(health.status, "ok");
    assert.deepEqual(health.versions, { spotlight: packageJson.version, node: process.versions.node });
    assert.deepEqual(
      health.checks.map(({ name }) => name),
      ["catalogue", "channels"],
    );
    assert.ok(health.checks.every(({ durationMs }) => Number.isInteger(durationMs) && durationMs >= 0));
  });

  it("names what does not answer, and logs why", async () => {
    harness.aws.reset();
    harness.clock.now += 60_000;
    const response = await harness.app.inject("/api/health");
    assert.equal(response.headers["retry-after"], "5");
    assert.deepEqual(assertProblem(response, "unhealthy", "/api/health"), {
      detail: "Failing checks: channels. The API's log says why.",
    });
    assert.ok(
      harness.log.some(
        (line) => line["check"] === "channels" && JSON.stringify(line["err"]).includes("The test has no answer"),
      ),
    );
  });
});

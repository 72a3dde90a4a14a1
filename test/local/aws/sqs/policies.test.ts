import assert from "node:assert/strict";
import { createQueueCore } from "../../../../local/aws/sqs/core.ts";
import { queuePolicyProvider } from "../../../../local/aws/sqs/resources/policies.ts";
import { queueProvider } from "../../../../local/aws/sqs/resources/queue.ts";
import { createTestCloud, type TestCloud } from "../../../support/cloud.ts";

describe("the policy of a queue", () => {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  let cloud: TestCloud;
  before(async () => {
    cloud = await createTestCloud();
  });
  after(() => cloud.stop());

  it("stays when the engine's address changes, and goes when the program no longer has it", async () => {
    let port = 4001;
    const core = createQueueCore(cloud, () => `http://127.0.0.1:${port}`);
    const queues = queueProvider(core);
    const policies = queuePolicyProvider(core);
    const provision = async () => {
      const { outputs } = await queues.apply({ urn: "queue", name: "queue", inputs: { name: "events" } });
      return policies.apply({ urn: "policy", name: "policy", inputs: { queueUrl: outputs["url"], policy } });
    };
    const policyNow = (): string | undefined => core.table.all()[0]?.policy;
    const before = await provision();
    port = 4002;
    const now = await provision();
    // The queue's URL is another, so the engine takes the policy for replaced.
    await policies.remove?.(before, {});
    assert.equal(policyNow(), policy);
    await policies.remove?.(now, {});
    assert.equal(policyNow(), undefined);
    core.stop();
  });
});

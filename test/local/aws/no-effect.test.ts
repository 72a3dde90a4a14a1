import assert from "node:assert/strict";
import { noEffectProviders } from "../../../local/aws/no-effect.ts";
import type { Properties, ResourceProvider } from "../../../local/engine/provider.ts";

const providers = new Map(
  noEffectProviders({ accountId: "000000000000", region: "us-east-1" }).map((provider) => [provider.type, provider]),
);

function providerOf(type: string): ResourceProvider {
  const provider = providers.get(type);
  assert.ok(provider, `no provider for ${type}`);
  return provider;
}

const apply = (
  type: string,
  inputs: Properties,
  prior?: { id: string; outputs: Properties },
): ReturnType<ResourceProvider["apply"]> =>
  providerOf(type).apply({ urn: "urn", name: "thing", inputs, ...(prior === undefined ? {} : { prior }) });

describe("resources without an effect on this machine", () => {
  it("have the names and ARNs that a program reads", async () => {
    assert.deepEqual(await apply("aws:cloudwatch/logGroup:LogGroup", { name: "/spotlight/local/api" }), {
      id: "/spotlight/local/api",
      outputs: {
        name: "/spotlight/local/api",
        arn: "arn:aws:logs:us-east-1:000000000000:log-group:/spotlight/local/api",
      },
    });
    assert.deepEqual(await apply("aws:cloudwatch/dashboard:Dashboard", { dashboardName: "spotlight-local" }), {
      id: "spotlight-local",
      outputs: {
        dashboardName: "spotlight-local",
        dashboardArn: "arn:aws:cloudwatch::000000000000:dashboard/spotlight-local",
      },
    });
  });

  it("get a random name and keep it if the program gives none", async () => {
    for (const type of [
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:cloudwatch/logMetricFilter:LogMetricFilter",
      "aws:budgets/budget:Budget",
    ]) {
      const made = await apply(type, {});
      assert.match(made.id, /^thing-[0-9a-f]{7}$/);
      assert.deepEqual(await apply(type, {}, made), made);
    }
  });

  it("are limited to an explicit list of types and inputs", () => {
    assert.deepEqual(
      [...providers.values()].filter(({ honoured }) => honoured.length > 0),
      [],
    );
    assert.equal(providerOf("aws:cloudwatch/metricAlarm:MetricAlarm").ignored?.includes("warmUpConfiguration"), false);
  });
});

import assert from "node:assert/strict";
import { violations } from "../../policy/rule.ts";
import { rules } from "../../policy/rules/index.ts";
import { stacks, type Stack } from "../aws/support/stacks.ts";
import { checkedResources } from "./checked-resources.ts";

describe("the policy pack over the program's own resources", function () {
  this.timeout(180_000);
  let all: Stack[];
  before(async () => (all = await stacks()));

  /** `LEVEL RULE NAME: what to do`, of one stack. */
  const found = (name: string): string[] => {
    const stack = all.find((candidate) => candidate.name === name);
    assert.ok(stack !== undefined && stack.resources.length > 100);
    const resources = checkedResources(stack);
    return rules
      .flatMap((rule) =>
        violations(rule, resources).map(
          ({ urn, message }) => `${rule.level} ${rule.name} ${urn.split("::").at(-1) ?? ""}: ${message}`,
        ),
      )
      .sort();
  };

  it("reports nothing for a protected stack", () => assert.deepEqual(found("dev, redundant"), []));

  it("reports only missing deletion protection for stack dev", () => {
    assert.deepEqual(found("dev"), [
      "advisory protected-media archive: pulumi destroy deletes the bucket and its objects: set protectData.",
      "advisory protected-media catalogue: pulumi destroy deletes the table and its items: set protectData.",
      "advisory protected-media vod: pulumi destroy deletes the bucket and its objects: set protectData.",
    ]);
  });

  it("reports only viewers without TLS for stack local, which never leaves the machine", () => {
    assert.deepEqual(
      found("local"),
      ["/api/*", "/exports/*", "/out/v1/*", "/stream", "/vod/*", "/vod/*.jpg", "the default behaviour"].map(
        (path) =>
          `mandatory tls-only delivery: Viewers can reach ${path} without TLS: set viewerProtocolPolicy to ` +
          "redirect-to-https.",
      ),
    );
  });
});

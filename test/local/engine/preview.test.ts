import assert from "node:assert/strict";
import { unknownValue } from "../../../local/engine/property-values.ts";
import type { Step } from "../../../local/engine/preview.ts";
import { recorder, testProgram, type TestProgram } from "./program.ts";

describe("previewing the Pulumi program", function () {
  this.timeout(60_000);
  let program: TestProgram;

  beforeEach(async () => {
    program = await testProgram();
  });
  afterEach(() => program.remove());

  const brief = ({ operation, name, changes, forcedBy }: Step): object => ({ operation, name, changes, forcedBy });

  it("lists everything as new without a state, runs the program as a dry run, and creates nothing", async () => {
    const provider = recorder();
    const steps = await program.preview(
      `const first = new Thing("first", { size: 1 });
      new Thing(pulumi.runtime.isDryRun() ? "dry" : "wet", { policy: first.arn });
      first.arn.apply(() => { throw new Error("an unknown value was known"); });`,
      provider,
    );
    assert.deepEqual(steps.map(brief), [
      { operation: "create", name: "first", changes: [], forcedBy: [] },
      { operation: "create", name: "dry", changes: [], forcedBy: [] },
    ]);
    assert.deepEqual(provider.calls, []);
    assert.deepEqual(
      program.state((state) => state.all()),
      [],
    );
  });

  it("shows old and new values, causes of replacements, and deletions, without changing the state", async () => {
    const provider = recorder();
    await program.run(
      `const box = new Box("box");
      const base = new Thing("base", { name: "one" }, { parent: box });
      const policy = JSON.stringify({ Statement: [{ Action: "a", Resource: "*" }] });
      new Thing("user", { needs: base.arn, policy, size: 1 });
      new Thing("same", { size: 1 }); new Thing("gone", {}, { parent: box }); new Thing("moved", { size: 1 });
      pulumi.output(pulumi.runtime.invoke("test:index:answer", { n: 1 }));`,
      provider,
    );
    const before = program.state((state) => state.all());
    provider.calls.length = 0;
    const steps = await program.preview(
      `const box = new Box("box");
      const base = new Thing("base", { name: "two" }, { parent: box });
      const policy = JSON.stringify({ Statement: [{ Action: "b", Resource: "*" }] });
      new Thing("user", { needs: base.arn, policy, size: 1, parts: ["x"] });
      new Thing("same", { size: 1 }); new Thing("to", { size: 1 }, { aliases: [{ name: "moved" }] });
      const answer = pulumi.output(pulumi.runtime.invoke("test:index:answer", { n: 1 }));
      answer.apply(({ twice }) => { if (twice !== 2) throw new Error("not answered"); });`,
      provider,
    );
    assert.deepEqual(
      steps.map(brief).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      [
        { operation: "delete", name: "gone", changes: [], forcedBy: [] },
        {
          operation: "replace",
          name: "base",
          changes: [{ path: ["name"], before: "one", after: "two" }],
          forcedBy: ["name"],
        },
        { operation: "same", name: "same", changes: [], forcedBy: [] },
        { operation: "same", name: "to", changes: [], forcedBy: [] },
        {
          operation: "update",
          name: "user",
          changes: [
            { path: ["needs"], before: "arn:test:base", after: unknownValue },
            { path: ["policy", "Statement", 0, "Action"], before: "a", after: "b" },
            { path: ["parts"], after: ["x"] },
          ],
          forcedBy: [],
        },
      ],
    );
    assert.deepEqual(steps.find(({ name }) => name === "gone")?.within, [{ name: "box", type: "test:index:Box" }]);
    assert.deepEqual(provider.calls, []);
    assert.deepEqual(
      program.state((state) => state.all()),
      before,
    );
  });

  it("masks secrets, even those that were secret only in the earlier run", async () => {
    await program.run(
      `new Thing("a", { policy: { token: pulumi.secret("one"), other: 1 }, name: pulumi.secret("hidden") });`,
      recorder(),
    );
    const [step] = await program.preview(
      `new Thing("a", { policy: { token: "two", other: 2 }, name: pulumi.secret("shown?") });`,
      recorder(),
    );
    const changes = step?.changes.map(({ path, before, after }) => [path.join("."), before, after]).sort();
    assert.deepEqual(changes, [
      ["name", "[secret]", "[secret]"],
      ["policy.other", 1, 2],
      ["policy.token", "[secret]", "[secret]"],
    ]);
    assert.doesNotMatch(JSON.stringify(step), /one|two|hidden|shown/);
  });

  it("fails like a run: with the program's error, for a protected resource, for another stack's folder", async () => {
    await assert.rejects(program.preview(`throw new pulumi.RunError("ingestCidrs is missing");`, recorder()), {
      name: "DeploymentFailed",
      message: "ingestCidrs is missing",
    });
    await program.run(`new Thing("safe", { name: "a" }, { protect: true });`, recorder());
    await assert.rejects(
      program.preview(`new Thing("safe", { name: "b" }, { protect: true });`, recorder()),
      /is protected, but changing name would replace it/,
    );
    await assert.rejects(program.preview(`export const x = 1;`, recorder()), /no longer registers protected resources/);
  });
});

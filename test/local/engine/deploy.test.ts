import assert from "node:assert/strict";
import { readProject } from "../../../local/engine/project.ts";
import { names, recorder, testProgram, type TestProgram } from "./program.ts";

describe("deploying the Pulumi program on this machine", function () {
  this.timeout(60_000);
  let program: TestProgram;

  beforeEach(async () => {
    program = await testProgram();
  });
  afterEach(() => program.remove());

  it("passes configuration to the program and outputs to resources, and returns the stack's outputs", async () => {
    const provider = recorder();
    const deployment = await program.run(
      `const config = new pulumi.Config();
      const [size, parts] = [config.requireNumber("size"), config.requireObject("parts")];
      const first = new Thing("first", { name: "one", size, parts });
      new Thing("second", { policy: pulumi.secret(pulumi.jsonStringify({ Resource: first.arn })) });
      export const id = first.id;
      const result = pulumi.output(pulumi.runtime.invoke("test:index:answer", { n: 21 }));
      export const answer = result.apply(({ twice }) => twice);`,
      provider,
      ["size=5"],
    );
    assert.deepEqual(provider.calls, [
      'create first {"name":"one","parts":["a","b"],"size":5}',
      'create second {"policy":"{\\"Resource\\":\\"arn:test:first\\"}"}',
    ]);
    assert.deepEqual(deployment.outputs, { id: "one", answer: 42 });
    assert.deepEqual(names(deployment.created), ["first", "second"]);
  });

  it("rejects an unsupported resource type, property or function by name", async () => {
    assert.match(
      await program.failure(`new pulumi.CustomResource("aws:ec2/instance:Instance", "server", {});`),
      /^Resource type aws:ec2\/instance:Instance \("server"\) is not supported by the local engine\. /,
    );
    assert.match(
      await program.failure(`new Thing("a", { colour: "red" });`),
      /^test:index:Thing "a": inputs not supported by the local engine: "colour"\. /,
    );
    assert.match(
      await program.failure(`await pulumi.runtime.invoke("test:index:question", {});`),
      /^Function test:index:question is not supported by the local engine\. /,
    );
  });

  it("fails with the original cause only: the provider's message, a RunError's, or the program's error", async () => {
    const broken = recorder({ apply: async () => Promise.reject(new Error("No space left.")) });
    assert.equal(await program.failure(`new Thing("a", {});`, broken), 'test:index:Thing "a": No space left.');
    assert.equal(
      await program.failure(`throw new pulumi.RunError("ingestCidrs is missing");`),
      "ingestCidrs is missing",
    );
    assert.match(await program.failure(`throw new Error("out of order");`), /out of order[^]*index\.ts:/);
    assert.match(
      await program.failure(`new Thing("a", {}); new Thing("a", {});`),
      /^Two resources have the URN urn:pulumi:local::demo::test:index:Thing::a: rename one of them\.$/,
    );
  });

  it("rejects a setting that Pulumi.yaml doesn't declare and a stack without a file", async () => {
    await assert.rejects(readProject(program.root, "local", ["sise=5"]), /unknown setting "sise"/);
    await assert.rejects(readProject(program.root, "nowhere"), {
      message: 'Unknown stack "nowhere": Pulumi.nowhere.yaml does not exist. The stacks are local, other.',
    });
  });

  it("ends the runner and waits for resources in progress when stopped", async () => {
    let begun = (): void => undefined;
    let finished = false;
    const abort = new AbortController();
    const slow = recorder({
      apply: () =>
        new Promise((resolve) => {
          begun();
          setImmediate(() => {
            finished = true;
            resolve({ id: "a", outputs: {} });
          });
        }),
    });
    begun = () => abort.abort();
    await assert.rejects(
      program.run(`new Thing("a", {}); setInterval(() => undefined, 1000);`, slow, [], abort.signal),
      { name: "AbortError" },
    );
    assert.equal(finished, true);
  });
});

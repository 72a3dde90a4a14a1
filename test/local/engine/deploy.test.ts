import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deploy, DeploymentFailed, type Deployment } from "../../../local/engine/deploy.ts";
import type { Properties, ResourceProvider } from "../../../local/engine/provider.ts";
import { readProject } from "../../../local/engine/project.ts";
import { openState } from "../../../local/engine/state.ts";

/** A provider that keeps what it was asked for, in order. */
function recorder(type: string, extra: Partial<ResourceProvider> = {}): ResourceProvider & { calls: string[] } {
  const calls: string[] = [];
  return {
    type,
    honoured: ["name", "size", "parts", "policy"],
    replaceOnChanges: ["name"],
    calls,
    async apply({ name, inputs, prior }) {
      calls.push(`${prior === undefined ? "create" : "apply"} ${name} ${JSON.stringify(inputs)}`);
      return prior ?? { id: `${name}-id`, outputs: { arn: `arn:test:${name}` } };
    },
    async remove(state) {
      calls.push(`remove ${state.id}`);
    },
    ...extra,
  };
}

describe("deploying the Pulumi program on this machine", function () {
  this.timeout(30_000);
  let root: string;

  beforeEach(async () => {
    // Inside the project, so that the program finds @pulumi/pulumi as any program of it does.
    root = await mkdtemp(join(import.meta.dirname, "program-"));
    await writeFile(join(root, "Pulumi.yaml"), "name: demo\nruntime: nodejs\nconfig:\n  size:\n    type: integer\n    default: 3\n");
    await writeFile(join(root, "Pulumi.local.yaml"), "config:\n  parts: [a, b]\n");
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function run(program: string, provider: ResourceProvider, overrides: string[] = []): Promise<Deployment> {
    await writeFile(join(root, "index.ts"), `import * as pulumi from "@pulumi/pulumi";\nclass Thing extends pulumi.CustomResource { declare arn: pulumi.Output<string>; constructor(name: string, args: pulumi.Inputs, options?: pulumi.CustomResourceOptions) { super("test:index:Thing", name, { arn: undefined, ...args }, options); } }\n${program}`);
    const state = openState(join(root, "data"));
    try {
      return await deploy({ project: await readProject(root, "local", overrides), stack: "local", resources: [provider], invokes: [{ token: "test:index:answer", invoke: async (args: Properties) => ({ twice: Number(args["n"]) * 2 }) }], state });
    } finally {
      state.close();
    }
  }

  it("gives the program its configuration, resources their outputs and the caller the stack's outputs", async () => {
    const provider = recorder("test:index:Thing");
    const deployment = await run(
      `const config = new pulumi.Config();
      const first = new Thing("first", { size: config.requireNumber("size"), parts: config.requireObject("parts") });
      new Thing("second", { policy: pulumi.secret(pulumi.jsonStringify({ Resource: first.arn })) });
      export const id = first.id;
      export const answer = pulumi.output(pulumi.runtime.invoke("test:index:answer", { n: 21 })).apply((result) => result.twice);`,
      provider,
      ["size=5"],
    );
    assert.deepEqual(provider.calls, ['create first {"parts":["a","b"],"size":5}', 'create second {"policy":"{\\"Resource\\":\\"arn:test:first\\"}"}']);
    assert.deepEqual(deployment.outputs, { id: "first-id", answer: 42 });
    assert.equal(deployment.created.length, 2);
  });

  it("keeps a resource that is registered again, updates, replaces and removes as the inputs say", async () => {
    await run(`new Thing("kept", { size: 1 }); new Thing("gone", {}); new Thing("renamed", { name: "a" });`, recorder("test:index:Thing"));
    const provider = recorder("test:index:Thing");
    const deployment = await run(`new Thing("kept", { size: 1 }); new Thing("renamed", { name: "b" }); new Thing("new", {});`, provider);
    assert.deepEqual([...provider.calls].sort(), ['apply kept {"size":1}', "create new {}", 'create renamed {"name":"b"}', "remove gone-id", "remove renamed-id"].sort());
    assert.deepEqual(deployment.unchanged, ["urn:pulumi:local::demo::test:index:Thing::kept"]);
    assert.equal(deployment.created.length, 2);
    assert.equal(deployment.deleted.length, 2);
  });

  it("keeps an input under ignoreChanges as it was", async () => {
    await run(`new Thing("a", { size: 1 });`, recorder("test:index:Thing"));
    const provider = recorder("test:index:Thing");
    await run(`new Thing("a", { size: 2 }, { ignoreChanges: ["size"] });`, provider);
    assert.deepEqual(provider.calls, ['apply a {"size":1}']);
  });

  async function failure(program: string, provider: ResourceProvider = recorder("test:index:Thing")): Promise<string> {
    const error: unknown = await run(program, provider).then(() => assert.fail("the run succeeded"), (cause: unknown) => cause);
    assert.ok(error instanceof DeploymentFailed, String(error));
    return error.message;
  }

  it("refuses an unknown resource type, an unknown property and an unknown function by name", async () => {
    assert.match(await failure(`new pulumi.CustomResource("aws:ec2/instance:Instance", "server", {});`), /doesn't know the resource type aws:ec2\/instance:Instance \("server"\)/);
    assert.match(await failure(`new Thing("a", { colour: "red" });`), /test:index:Thing "a": the local engine doesn't know "colour"/);
    assert.match(await failure(`await pulumi.runtime.invoke("test:index:question", {});`), /doesn't know the function test:index:question/);
  });

  it("fails with the provider's own sentence when a resource can't be made, and with the program's when it throws", async () => {
    const broken = recorder("test:index:Thing", { apply: async () => Promise.reject(new Error("No space left.")) });
    assert.match(await failure(`new Thing("a", {});`, broken), /test:index:Thing "a": No space left\./);
    assert.match(await failure(`throw new Error("ingestCidrs is missing");`), /ingestCidrs is missing/);
  });

  it("refuses a setting that Pulumi.yaml doesn't declare", async () => {
    await assert.rejects(readProject(root, "local", ["sise=5"]), /there is no setting "sise"/);
    await assert.rejects(readProject(root, "nowhere"), /Pulumi\.nowhere\.yaml can't be read/);
  });
});

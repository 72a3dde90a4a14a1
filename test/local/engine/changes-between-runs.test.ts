import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { names, recorder, testProgram, type TestProgram } from "./program.ts";

describe("a second run of a changed program", function () {
  this.timeout(60_000);
  let program: TestProgram;

  beforeEach(async () => {
    program = await testProgram();
  });
  afterEach(() => program.remove());

  it("applies every resource again: creates, updates, replaces and deletes as the inputs require", async () => {
    await program.run(
      `new Thing("kept", { size: 1 }); new Thing("grown", { size: 1 }); new Thing("gone", { name: "old" }); ` +
        `new Thing("renamed", { name: "a" });`,
      recorder(),
    );
    const provider = recorder();
    const deployment = await program.run(
      `new Thing("kept", { size: 1 }); new Thing("grown", { size: 2 }); new Thing("renamed", { name: "b" }); ` +
        `new Thing("new", {});`,
      provider,
    );
    assert.deepEqual([...provider.calls].sort(), [
      'apply grown {"size":2}',
      'apply kept {"size":1}',
      "create new {}",
      'create renamed {"name":"b"}',
      "remove a",
      "remove old",
    ]);
    assert.deepEqual(
      {
        created: names(deployment.created),
        updated: names(deployment.updated),
        replaced: names(deployment.replaced),
        unchanged: names(deployment.unchanged),
        deleted: names(deployment.deleted),
      },
      {
        created: ["new"],
        updated: ["grown"],
        replaced: ["renamed"],
        unchanged: ["kept"],
        deleted: ["gone", "renamed"],
      },
    );
  });

  it("creates the replacement before it deletes the old resource, unless they share a name or on request", async () => {
    const order = (provider: { calls: string[] }): string[] =>
      provider.calls.map((call) => call.split(" ").slice(0, 2).join(" "));
    const byHash = { replaceOnChanges: ["name", "size"] };
    await program.run(`new Thing("plain", { size: 1 }); export const x = 1;`, recorder(byHash));
    const plain = recorder(byHash);
    await program.run(
      `new Thing("plain", { size: 2 }); new Thing("named", { name: "same", size: 1 }); new Thing("asked", { ` +
        "size: 1 });",
      plain,
    );
    assert.match(order(plain).join(", "), /create plain.*remove plain-/);

    const provider = recorder(byHash);
    await program.run(
      `const named = new Thing("named", { name: "same", size: 2 }); new Thing("asked", { size: 2 }, { ` +
        `deleteBeforeReplace: true, dependsOn: named }); new Thing("plain", { size: 2 });`,
      provider,
    );
    assert.deepEqual(
      order(provider).filter((call) => /same|named/.test(call)),
      ["remove same", "create named"],
    );
    assert.match(
      order(provider)
        .filter((call) => call.includes("asked"))
        .join(", "),
      /^remove asked-\d+, create asked$/,
    );
  });

  it("deletes dependents before their dependencies, regardless of age", async () => {
    await program.run(`new Thing("late", { name: "late" }); new Thing("base", { name: "base" });`, recorder());
    await program.run(
      `const base = new Thing("base", { name: "base" }); new Thing("late", { name: "late", needs: base.arn });`,
      recorder(),
    );
    const provider = recorder();
    await program.run(`export const nothing = 0;`, provider);
    assert.deepEqual(provider.calls, ["remove late", "remove base"]);
  });

  it("deletes nothing if a resource fails, and retries in the next run", async () => {
    await program.run(
      `new Thing("gone", { name: "gone" }); new Thing("changed", { size: 1 }); new Thing("moved", { name: "before" });`,
      recorder(),
    );
    const broken = recorder();
    const apply = broken.apply.bind(broken);
    broken.apply = async (request) =>
      request.name === "changed" ? Promise.reject(new Error("Not now.")) : apply(request);
    const next =
      `const moved = new Thing("moved", { name: "after" }); new Thing("changed", { size: 2 }, { dependsOn: ` +
      "moved });";
    assert.equal(await program.failure(next, broken), 'test:index:Thing "changed": Not now.');
    assert.deepEqual(broken.calls, ['create moved {"name":"after"}']);

    const provider = recorder();
    const deployment = await program.run(next, provider);
    assert.deepEqual(names(deployment.updated), ["changed"]);
    // The resource replaced in the failed run is deleted now, exactly once.
    assert.deepEqual(provider.calls, [
      'apply moved {"name":"after"}',
      'apply changed {"size":2}',
      "remove before",
      "remove gone",
    ]);
    assert.deepEqual(
      program.state((state) => state.replaced()),
      [],
    );
  });

  it("keeps values listed in ignoreChanges, also inside lists and objects", async () => {
    await program.run(
      `new Thing("a", { size: 1, policy: { owner: "me", rules: [{ id: 1, on: true }] } });`,
      recorder(),
    );
    const deployment = await program.run(
      `new Thing("a", { size: 2, policy: { owner: "you", added: 1, rules: [{ id: 2, on: false }] } }, { ` +
        `ignoreChanges: ["size", "policy.owner", "policy.rules[*].id", "policy.added"] });`,
      recorder(),
    );
    assert.deepEqual(
      program.state((state) => state.all().map(({ inputs }) => inputs)),
      [{ size: 1, policy: { owner: "me", rules: [{ id: 1, on: false }] } }],
    );
    assert.deepEqual(names(deployment.updated), ["a"]);
  });

  it("finds a renamed resource by its alias, and the children of a renamed component", async () => {
    await program.run(
      `const box = new Box("old"); new Thing("old-lid", { size: 1 }, { parent: box }); new Thing("before", { ` +
        "size: 1 });",
      recorder(),
    );
    const provider = recorder();
    const deployment = await program.run(
      `const box = new Box("new", { aliases: [{ name: "old" }] }); new Thing("new-lid", { size: 1 }, { ` +
        `parent: box }); new Thing("after", { size: 1 }, { aliases: [{ name: "before" }] });`,
      provider,
    );
    assert.deepEqual(names(deployment.unchanged), ["after", "new-lid"]);
    assert.deepEqual(deployment.deleted, []);
    assert.deepEqual(names(program.state((state) => state.all().map(({ urn }) => urn))), ["after", "new-lid"]);
  });

  it("refuses to delete or replace a protected resource, and keeps a resource with retainOnDelete", async () => {
    await program.run(
      `new Thing("safe", { name: "safe" }, { protect: true }); new Thing("loose", { name: "loose" }, { ` +
        `retainOnDelete: true }); new Thing("gone", { name: "gone" });`,
      recorder(),
    );
    const replacing = recorder();
    assert.match(
      await program.failure(`new Thing("safe", { name: "other" }, { protect: true });`, replacing),
      /^test:index:Thing "safe" is protected, but changing name would replace it\. /,
    );
    assert.deepEqual(replacing.calls, []);
    const provider = recorder();
    await assert.rejects(
      program.run(`export const nothing = 0;`, provider),
      /^Error: The program no longer registers protected resources: test:index:Thing "safe"\. Nothing was deleted\./,
    );
    assert.deepEqual(provider.calls, []);
    await program.run(`new Thing("safe", { name: "safe" });`, provider);
    await program.run(`export const nothing = 0;`, provider);
    assert.deepEqual(provider.calls, ['apply safe {"name":"safe"}', "remove gone", "remove safe"]);
  });

  it("detects a file whose bytes changed but not its path", async () => {
    const text =
      `new Thing("a", { code: new pulumi.asset.AssetArchive({ "index.mjs": new ` +
      `pulumi.asset.FileAsset(${JSON.stringify(join(program.root, "code.mjs"))}) }) });`;
    await writeFile(join(program.root, "code.mjs"), "export const a = 1;");
    await program.run(text, recorder());
    assert.deepEqual(names((await program.run(text, recorder())).unchanged), ["a"]);
    await writeFile(join(program.root, "code.mjs"), "export const a = 2;");
    assert.deepEqual(names((await program.run(text, recorder())).updated), ["a"]);
  });

  it("forgets resources of a type that the engine no longer has", async () => {
    await program.run(`new Thing("old", {});`, recorder());
    const deployment = await program.run(`export const nothing = 0;`, recorder({ type: "test:index:Other" }));
    assert.deepEqual(names(deployment.deleted), ["old"]);
    assert.deepEqual(
      program.state((state) => state.all()),
      [],
    );
  });

  it("rejects a data folder that contains another stack, instead of deleting its resources", async () => {
    program.state((state) =>
      state.put({
        urn: "urn:pulumi:other::demo::test:index:Thing::a",
        type: "test:index:Thing",
        name: "a",
        inputs: {},
        state: { id: "a", outputs: {} },
        options: { parent: "", dependencies: [], secrets: [], protect: false, retainOnDelete: false },
      }),
    );
    await assert.rejects(program.run(`export const nothing = 0;`, recorder()), {
      message: 'The data folder holds the stack "other", not "local": choose another folder with --data.',
    });
    assert.equal(
      program.state((state) => state.all().length),
      1,
    );
  });
});

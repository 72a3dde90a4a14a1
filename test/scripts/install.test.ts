import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../../local/assets/index.ts";

const readJson = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(join(projectFolder, file), "utf8"));

/**
 * onnxruntime-node ships its CPU binaries; its install script downloads CUDA's, and fails without nuget.org. npm 11
 * obeys `allowScripts`. npm 10 does not, but runs only scripts that the lockfile announces with `hasInstallScript`.
 * `npm update onnxruntime-node` may add that line again: delete it.
 */
describe("npm ci", () => {
  it("never runs onnxruntime-node's install script under npm 11", async () => {
    assert.partialDeepStrictEqual(await readJson("package.json"), { allowScripts: { "onnxruntime-node": false } });
  });

  it("never runs onnxruntime-node's install script under npm 10", async () => {
    const lockfile = await readFile(join(projectFolder, "package-lock.json"), "utf8");
    const locked = /"node_modules\/onnxruntime-node": \{[^{}]*/.exec(lockfile)?.[0] ?? assert.fail("not locked");
    assert.doesNotMatch(locked, /hasInstallScript/);
  });
});

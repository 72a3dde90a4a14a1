import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const check = join(import.meta.dirname, "../../..", "local/cli/node.js");

describe("the Node version check", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "node-version-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("stops an old Node with a clear message before it loads code that it can't parse", () => {
    // An old Node is not available everywhere, so this one pretends to be old.
    const pretend = join(folder, "old.mjs");
    writeFileSync(pretend, 'Object.defineProperty(process.versions, "node", { value: "20.20.2" });');
    const program = join(folder, "program.unreadable");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", pretend, "--import", check, program], {
      encoding: "utf8",
    });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      'Spotlight needs Node 24 or newer; this is Node 20.20.2. "npm ci" installs a suitable Node in the project ' +
        'and "npm start" uses it. If npm start printed this, run "npm ci" again with install scripts enabled.\n',
    );
  });

  it("accepts this Node and enables the compile cache", () => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        "--import",
        check,
        "--input-type=module",
        "-e",
        'import { getCompileCacheDir } from "node:module"; console.log(getCompileCacheDir());',
      ],
      { encoding: "utf8" },
    );
    assert.equal(status, 0);
    assert.match(stdout, /\.cache\/compile/);
  });
});

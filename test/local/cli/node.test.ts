import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const check = join(import.meta.dirname, "../../..", "local/cli/node.js");

describe("the check of Node's version", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "node-version-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("ends an old Node with one sentence before it meets a line that it can't read", () => {
    // An old Node is not at hand everywhere: this one says that it is old.
    const pretend = join(folder, "old.mjs");
    writeFileSync(pretend, 'Object.defineProperty(process.versions, "node", { value: "20.20.2" });');
    const program = join(folder, "program.unreadable");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", pretend, "--import", check, program], {
      encoding: "utf8",
    });
    assert.deepEqual([status, stdout], [1, ""]);
    assert.equal(
      stderr,
      'Spotlight needs Node 24 or newer, and this is Node 20.20.2. "npm ci" installs the right one beside ' +
        'Spotlight and "npm start" uses it; if this was npm start, run "npm ci" again and let it run install ' +
        "scripts.\n",
    );
  });

  it("lets this Node pass and keeps compiled code", () => {
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

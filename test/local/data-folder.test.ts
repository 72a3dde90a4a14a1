import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDataFolder } from "../../local/data-folder.ts";

describe("the data folder", () => {
  let parent: string;
  beforeEach(() => (parent = mkdtempSync(join(tmpdir(), "data-folder-"))));
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it("is made for its owner alone and given back without a trace of the lock", () => {
    const folder = openDataFolder(join(parent, "data"));
    assert.equal(statSync(folder.path).mode & 0o777, 0o700);
    folder.release();
    assert.equal(existsSync(join(folder.path, "lock")), false);
  });

  it("is refused while another process holds it, with that process's id", () => {
    writeFileSync(join(parent, "lock"), `${process.ppid}\n`);
    assert.throws(
      () => openDataFolder(parent),
      new RegExp(
        `is in use by another Spotlight \\(process ${process.ppid}\\): stop that process or choose ` +
          "another folder with --data\\.",
      ),
    );
  });

  it("is taken over from a process that is gone, and from a damaged lock", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const holder of [`${pid}\n`, "", "nonsense"]) {
      writeFileSync(join(parent, "lock"), holder);
      openDataFolder(parent).release();
    }
  });
});

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

  it("is created for its owner only, and released without leaving the lock", () => {
    const folder = openDataFolder(join(parent, "data"));
    assert.equal(statSync(folder.path).mode & 0o777, 0o700);
    folder.release();
    assert.equal(existsSync(join(folder.path, "lock")), false);
  });

  it("is rejected while another process uses it, with that process's id", () => {
    writeFileSync(join(parent, "lock"), `${process.ppid}\n`);
    assert.throws(
      () => openDataFolder(parent),
      new RegExp(
        `is in use by another Spotlight \\(process ${process.ppid}\\): stop that process or choose ` +
          "another folder with --data\\.",
      ),
    );
  });

  it("is taken over if the lock's process is gone or the lock is damaged", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    for (const holder of [`${pid}\n`, "", "nonsense"]) {
      writeFileSync(join(parent, "lock"), holder);
      openDataFolder(parent).release();
    }
  });
});

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
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

  it("is rejected while it is in use, with the id of the process", () => {
    const folder = openDataFolder(parent);
    assert.throws(
      () => openDataFolder(parent),
      new RegExp(
        `is in use by another Spotlight \\(process ${process.pid}\\): stop that process or choose ` +
          "another folder with --data\\.",
      ),
    );
    folder.release();
    openDataFolder(parent).release();
  });

  it("is free after a kill, whoever has the process's id now", () => {
    const holding = `
      const { openDataFolder } = await import(${JSON.stringify(import.meta.resolve("../../local/data-folder.ts"))});
      openDataFolder(process.argv[1]);
      process.kill(process.pid, "SIGKILL");
    `;
    const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", holding, parent]);
    assert.equal(signal, "SIGKILL");
    assert.ok(existsSync(join(parent, "lock")));
    writeFileSync(join(parent, "lock"), `${process.ppid}\n`);
    openDataFolder(parent).release();
  });

  it("becomes its owner's alone also where it existed, unless other things are in it", () => {
    chmodSync(parent, 0o755);
    openDataFolder(parent).release();
    assert.equal(statSync(parent).mode & 0o777, 0o700);
    chmodSync(parent, 0o755);
    writeFileSync(join(parent, "holiday.jpg"), "");
    openDataFolder(parent).release();
    assert.equal(statSync(parent).mode & 0o777, 0o755);
  });
});

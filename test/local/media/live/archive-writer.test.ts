import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ArchiveRun } from "./record-archive.ts";

describe("archive files", () => {
  let folder: string;
  const record = async (seconds: number): Promise<ArchiveRun> => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL("./record-archive.ts", import.meta.url)),
      String(seconds),
      folder,
    ]);
    return JSON.parse(stdout) as ArchiveRun;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "archive-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("roll over at the keyframe that is due; the last one has the remaining length", async () => {
    assert.deepEqual(await record(5), {
      archived: [
        ["000001.ts", 2],
        ["000002.ts", 2],
        ["000003.ts", 1],
      ],
      failures: [],
    });
    assert.deepEqual(readdirSync(folder).sort(), ["000001.ts", "000002.ts", "000003.ts"]);
  });

  it("are abandoned when the disk is full, without a partial file, and continue with the next", async () => {
    symlinkSync("/dev/full", join(folder, "000002.ts.part"));
    const { archived, failures } = await record(5);
    assert.deepEqual(archived, [
      ["000001.ts", 2],
      ["000003.ts", 1],
    ]);
    assert.deepEqual(failures, ["ENOSPC: no space left on device, write"]);
    assert.deepEqual(readdirSync(folder).sort(), ["000001.ts", "000003.ts"]);
  });
});

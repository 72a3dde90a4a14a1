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
  const record = async (seconds: number, paused?: [from: number, to: number]): Promise<ArchiveRun> => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL("./record-archive.ts", import.meta.url)),
      String(seconds),
      folder,
      ...(paused ?? []).map(String),
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

  it("end at the next keyframe when the archive is paused, and begin at the next one when it goes on", async () => {
    assert.deepEqual(await record(9, [2.5, 5.5]), {
      archived: [
        ["000001.ts", 2],
        ["000002.ts", 1],
        ["000003.ts", 2],
        ["000004.ts", 1],
      ],
      failures: [],
    });
  });

  it("do not begin while the archive is paused from the start", async () => {
    assert.deepEqual(await record(4, [0, 2.5]), { archived: [["000001.ts", 1]], failures: [] });
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

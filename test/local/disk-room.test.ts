import assert from "node:assert/strict";
import { DiskWatch } from "../../local/disk-room.ts";
import { createLog } from "../../local/log.ts";

describe("the room on the disk", () => {
  const at = Date.parse("2026-11-28T02:00:00Z");
  let lines: string[];
  let free: number;
  let told: (number | undefined)[];
  const watch = (reserveBytes: number, advice?: string): DiskWatch => {
    const made = new DiskWatch({
      folder: "/data",
      reserveBytes,
      log: createLog({ write: (line) => lines.push(line.replace(/\d\d:\d\d:\d\d /, "").trimEnd()) }, "disk"),
      free: () => free,
      now: () => at,
      ...(advice === undefined ? {} : { advice }),
    });
    made.subscribe(() => told.push(made.lowSince));
    made.stop();
    return made;
  };
  beforeEach(() => {
    lines = [];
    told = [];
    free = 5e9;
  });

  it("runs out below the reserve, and is back a tenth above it: each is told once", () => {
    const disk = watch(1e9, ", or start with --keep");
    const seen: [free: number, low: boolean][] = [1e9, 0.99e9, 0.95e9, 1.05e9, 1.1e9, 1.01e9].map((bytes) => {
      free = bytes;
      disk.check();
      return [bytes, disk.lowSince !== undefined];
    });
    assert.deepEqual(seen, [
      [1e9, false],
      [0.99e9, true],
      [0.95e9, true],
      [1.05e9, true],
      [1.1e9, false],
      [1.01e9, false],
    ]);
    assert.deepEqual(told, [at, undefined]);
    assert.deepEqual(lines, [
      "WARN disk         The disk is almost full: 0.9 GB are free, 1 GB must stay free. Live goes on; recording and " +
        "conversion wait. Free space on the disk of /data, or start with --keep.",
      "disk         There is space again (1.1 GB are free): recording and conversion go on.",
    ]);
  });

  it("may be missing from the start, and says what is the matter for as long as it is", () => {
    free = 0;
    const disk = watch(500e6);
    assert.equal(disk.lowSince, at);
    assert.equal(
      disk.problem,
      "The disk is almost full: 0 MB are free, 0.5 GB must stay free. Live goes on; recording and conversion wait. " +
        "Free space on the disk of /data.",
    );
    free = 5e9;
    disk.check();
    assert.deepEqual([disk.lowSince, disk.problem], [undefined, ""]);
  });

  it("is never missing where nothing has to stay free", () => {
    free = 0;
    assert.equal(watch(0).lowSince, undefined);
    assert.deepEqual(lines, []);
  });

  it("stays as it was while nothing can be told of the disk", () => {
    const disk = new DiskWatch({
      folder: "/nowhere/at/all",
      reserveBytes: 1e9,
      log: createLog({ write: (line) => lines.push(line) }),
    });
    disk.stop();
    assert.deepEqual([disk.lowSince, lines], [undefined, []]);
  });
});

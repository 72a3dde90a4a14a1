import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFunctionLog } from "../../../../local/aws/lambda/function-log.ts";
import { createLog } from "../../../../local/log.ts";

describe("the log of a local function", () => {
  let folder: string;
  let shown: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "function-log-"));
    shown = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const engineLog = () => createLog({ write: (text) => shown.push(text.replace(/\d\d:\d\d:\d\d /, "").trimEnd()) });
  const line = (level: string, message: string) => ({
    requestId: "1",
    level: undefined,
    message: JSON.stringify({ level, message, count: 2 }),
  });

  it("shows every line as a person reads it, and keeps it as it is", () => {
    const log = createFunctionLog(folder, "index-clips", engineLog());
    log.line(line("INFO", "recording-indexed"));
    log.line({ requestId: "1", level: undefined, message: "plain" });
    assert.deepEqual(shown, ["index-clips  recording-indexed  count=2", "index-clips  plain"]);
    assert.equal(
      readFileSync(join(folder, "index-clips.log"), "utf8"),
      '{"level":"INFO","message":"recording-indexed","count":2}\nplain\n',
    );
  });

  it("goes on without the lines that can't be written, and tells how many", () => {
    const file = join(folder, "index-clips.log");
    symlinkSync("/dev/full", file);
    const log = createFunctionLog(folder, "index-clips", engineLog());
    log.line(line("INFO", "first"));
    log.platform("REPORT");
    rmSync(file);
    log.platform("last");
    assert.equal(readFileSync(file, "utf8"), "\n2 lines could not be written.\nlast\n");
    assert.deepEqual(shown, ["index-clips  first  count=2"]);
  });

  it("shows of what went well only the short line, if there is one, and everything else in full", () => {
    const log = createFunctionLog(folder, "index-clips", engineLog(), ({ message }) =>
      message === "recording-indexed" ? { part: "recording", text: "000012" } : undefined,
    );
    for (const [level, message] of [
      ["INFO", "analysis-started"],
      ["INFO", "recording-indexed"],
      ["WARN", "index-postponed"],
      ["ERROR", "recording-failed"],
    ] as const)
      log.line(line(level, message));
    assert.deepEqual(shown, [
      "recording    000012",
      "WARN index-clips  index-postponed  count=2",
      "ERROR index-clips  recording-failed  count=2",
    ]);
    assert.equal(readFileSync(join(folder, "index-clips.log"), "utf8").split("\n").length, 5);
  });
});

import assert from "node:assert/strict";
import { recordingLine } from "../../../local/cli/recording-line.ts";

const line = {
  level: "INFO",
  message: "recording-indexed",
  correlation_id: "main.20261122T180000.000012",
  timestamp: "2026-11-22T18:02:12.145Z",
  start: "2026-11-22T18:02:00.000Z",
  durationMs: 10_005,
  names: ["Franck", "Guest"],
};

describe("a recording at the terminal", () => {
  it("is one line: its number, its length, who is in it, and how long after its end that was known", () => {
    assert.deepEqual(recordingLine(line), { part: "recording", text: "000012 · 10.0 s · Franck, Guest · 2.1 s" });
  });

  it("names its channel where that is not the first", () => {
    const correlation_id = "second.20261122T180000.000003";
    assert.equal(
      recordingLine({ ...line, correlation_id, names: [] })?.text,
      "second 000003 · 10.0 s · nobody known · 2.1 s",
    );
  });

  it("says where nobody is on the watch list", () => {
    const { names, ...rest } = { ...line, message: "nobody-to-find" };
    assert.equal(names.length, 2);
    assert.equal(recordingLine(rest)?.text, "000012 · 10.0 s · nobody to find · 2.1 s");
  });

  it("says what it isn't told", () => {
    assert.equal(
      recordingLine({ ...line, start: undefined, durationMs: undefined })?.text,
      "000012 · ? s · Franck, Guest · ? s",
    );
  });

  it("is nothing on the way there", () => {
    for (const message of ["recording-archived", "analysis-started", "change-pushed"])
      assert.equal(recordingLine({ ...line, message }), undefined);
  });
});

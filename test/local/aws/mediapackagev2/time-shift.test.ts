import assert from "node:assert/strict";
import { timeShiftOf } from "../../../../local/aws/mediapackagev2/time-shift.ts";

const shift = (settings: string) => timeShiftOf(new URLSearchParams({ "aws.manifestsettings": settings }));

describe("mediapackagev2: time-shifted manifests", () => {
  it("reads start, end and delay from the manifest settings, in ms", () => {
    assert.deepEqual(shift("start:2026-11-22T18:00:00Z;end:1795372200;time_delay:30"), {
      startMs: Date.UTC(2026, 10, 22, 18),
      endMs: 1_795_372_200_000,
      delayMs: 30_000,
    });
    assert.deepEqual(shift("START:100"), { startMs: 100_000, delayMs: 0 });
  });

  it("ignores query strings that MediaPackage ignores", () => {
    assert.equal(timeShiftOf(new URLSearchParams("start=100&end=200&time_delay=5")), undefined);
  });

  it("refuses malformed settings with status 400", () => {
    for (const [settings, message] of [
      ["start", 'aws.manifestsettings has "start", which is not of the form name:value.'],
      ["start:yesterday", 'start must be a time, ISO 8601 or epoch seconds; got "yesterday".'],
      ["time_delay:-1", 'time_delay must be a whole number of seconds; got "-1".'],
      ["start:200;end:100", "start must be before end."],
    ] as const)
      assert.throws(() => shift(settings), { code: "ValidationException", status: 400, message });
  });

  it("refuses by name a setting that the local engine does not know", () => {
    assert.throws(() => shift("manifest_window_seconds:60"), {
      status: 501,
      message: "The manifest setting manifest_window_seconds is not supported by the local engine.",
    });
  });
});

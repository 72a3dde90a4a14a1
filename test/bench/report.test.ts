import assert from "node:assert/strict";
import type { Figure } from "../../bench/measurement.ts";
import { reportTable, verdict } from "../../bench/report.ts";

describe("the benchmark's report", () => {
  const figure = (value: number, atMost?: number): Figure => ({
    name: "ratio",
    value,
    unit: "×",
    ...(atMost === undefined ? {} : { atMost }),
  });

  it("says ok up to the target, OVER above it, and nothing without a target", () => {
    assert.equal(verdict(figure(1.1, 1.1)), "ok");
    assert.equal(verdict(figure(1.101, 1.1)), "OVER");
    assert.equal(verdict(figure(9)), "");
  });

  it("does not accept NaN as on target", () => {
    assert.equal(verdict(figure(NaN, 1.1)), "OVER");
  });

  it("shows what could not be measured as a dash", () => {
    const table = reportTable([{ name: "disk", busyBefore: 0, figures: [figure(NaN)] }]);
    assert.match(table, /^ {2}ratio +–$/m);
  });

  it("prints one line per figure with its note below, and the reason for a failure", () => {
    const table = reportTable([
      {
        name: "memory",
        busyBefore: 0.034,
        figures: [
          { name: "after 5 min", value: 908.4, unit: "MB", atMost: 1500, note: "MB by process: a 908" },
          { name: "growth", value: 0.5, unit: "recordings" },
        ],
      },
      { name: "live", busyBefore: 0, figures: [], failure: "no browser" },
    ]);
    assert.deepEqual(table.split("\n"), [
      "                         value     target",
      "memory                                     machine 3 % busy beforehand",
      "  after 5 min           908 MB  ≤ 1500 MB  ok",
      "      MB by process: a 908",
      "  growth       0.50 recordings",
      "live                                       FAILED",
      "      no browser",
    ]);
  });
});

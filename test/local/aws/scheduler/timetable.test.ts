import assert from "node:assert/strict";
import { parseTimetable } from "../../../../local/aws/scheduler/timetable.ts";

const minuteMs = 60_000;

/** The minutes from `from` to `to` (UTC) at which the expression is due. */
function due(expression: string, timezone: string, from: string, to: string): string[] {
  const isDue = parseTimetable(expression, timezone, Date.parse(from));
  const found: string[] = [];
  for (let minute = Date.parse(from); minute < Date.parse(to); minute += minuteMs)
    if (isDue(minute)) found.push(new Date(minute).toISOString().slice(0, 16));
  return found;
}

describe("a schedule's timetable", () => {
  it("is due once for an at expression, in its time zone", () => {
    assert.deepEqual(due("at(2026-11-22T18:00:30)", "UTC", "2026-11-21T00:00Z", "2026-11-24T00:00Z"), [
      "2026-11-22T18:00",
    ]);
    assert.deepEqual(due("at(2026-11-22T18:00:00)", "Europe/Vienna", "2026-11-21T00:00Z", "2026-11-24T00:00Z"), [
      "2026-11-22T17:00",
    ]);
    assert.deepEqual(due("at(2026-11-22T18:00:00)", "UTC", "2026-11-23T00:00Z", "2026-11-24T00:00Z"), []);
  });

  it("is due at a rate, counted from its creation", () => {
    assert.deepEqual(due("rate(90 minutes)", "UTC", "2026-11-22T18:05Z", "2026-11-22T22:00Z"), [
      "2026-11-22T18:05",
      "2026-11-22T19:35",
      "2026-11-22T21:05",
    ]);
  });

  it("is due on the days and hours of a cron expression, in its time zone", () => {
    assert.deepEqual(due("cron(50 17 ? * SAT *)", "Europe/Vienna", "2026-11-15T00:00Z", "2026-11-30T00:00Z"), [
      "2026-11-21T16:50",
      "2026-11-28T16:50",
    ]);
    assert.deepEqual(due("cron(0/20 8-9 1,15 * ? 2026-2027)", "UTC", "2026-11-14T00:00Z", "2026-11-17T00:00Z"), [
      "2026-11-15T08:00",
      "2026-11-15T08:20",
      "2026-11-15T08:40",
      "2026-11-15T09:00",
      "2026-11-15T09:20",
      "2026-11-15T09:40",
    ]);
    assert.deepEqual(due("cron(0 12 ? NOV MON-WED,1 *)", "UTC", "2026-11-21T00:00Z", "2026-11-29T00:00Z"), [
      "2026-11-22T12:00",
      "2026-11-23T12:00",
      "2026-11-24T12:00",
      "2026-11-25T12:00",
    ]);
  });

  it("skips an hour that a clock change removes, and uses the first of an hour that it repeats", () => {
    assert.deepEqual(due("cron(30 2 * * ? *)", "Europe/Vienna", "2026-03-28T12:00Z", "2026-03-30T12:00Z"), [
      "2026-03-30T00:30",
    ]);
    assert.deepEqual(due("cron(30 2 * * ? *)", "Europe/Vienna", "2026-10-24T12:00Z", "2026-10-26T12:00Z"), [
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
    assert.deepEqual(due("at(2026-10-25T02:30:00)", "Europe/Vienna", "2026-10-24T12:00Z", "2026-10-26T12:00Z"), [
      "2026-10-25T00:30",
    ]);
  });

  it("rejects expressions that AWS rejects or that only AWS supports", () => {
    for (const bad of [
      "cron(0 18 * * * *)",
      "cron(0 18 ? * ? *)",
      "cron(60 18 * * ? *)",
      "cron(0 18 * * ?)",
      "cron(5-3 18 * * ? *)",
      "cron(0/0 18 * * ? *)",
      "cron(, 18 * * ? *)",
      "at(2026-13-01T00:00:00)",
      "at(18:00)",
      "daily",
    ]) {
      assert.throws(
        () => parseTimetable(bad, "UTC", 0),
        { code: "ValidationException", message: `Invalid Schedule Expression ${bad}.` },
        bad,
      );
    }
    assert.throws(() => parseTimetable("rate(1 minutes)", "UTC", 0), { code: "ValidationException" });
    for (const rare of ["cron(0 18 L * ? *)", "cron(0 18 15W * ? *)", "cron(0 18 ? * 2#1 *)", "cron(0 18 ? * 6L *)"])
      assert.throws(() => parseTimetable(rare, "UTC", 0), { code: "NotImplemented" }, rare);
    assert.throws(() => parseTimetable("rate(1 minute)", "Vienna", 0), {
      code: "ValidationException",
      message: "The schedule expression's time zone Vienna is not valid.",
    });
  });
});

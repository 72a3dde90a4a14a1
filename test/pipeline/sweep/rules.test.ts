import assert from "node:assert/strict";
import fc from "fast-check";
import {
  compareAfter,
  isRecordingKey,
  isStuck,
  settledKey,
  sweepRules as rules,
} from "../../../pipeline/sweep/rules.ts";

const minute = 60_000;
const now = Date.parse("2026-11-22T18:00:00.000Z");
const before = (minutes: number): string => new Date(now - minutes * minute).toISOString();
const key = (number: number, broadcast = "20261122T170000"): string =>
  `main/${broadcast}/recording.${String(number).padStart(6, "0")}.ts`;

describe("sweeping", () => {
  it("considers a recording stuck after half an hour, then after twice as long each time", () => {
    const after = (minutes: number, redrives: number): boolean =>
      isStuck({ stateAt: before(1000), redrives, redrivenAt: before(minutes) }, rules, now);
    assert.equal(isStuck({ stateAt: before(29), redrives: 0, redrivenAt: undefined }, rules, now), false);
    assert.equal(isStuck({ stateAt: before(30), redrives: 0, redrivenAt: undefined }, rules, now), true);
    assert.deepEqual(
      [
        [59, 1],
        [60, 1],
        [119, 2],
        [120, 2],
        [239, 3],
        [240, 3],
        [239, 9],
        [240, 9],
      ].map(([minutes, redrives]) => after(minutes!, redrives!)),
      [false, true, false, true, false, true, false, true],
    );
    // It made progress since it was last redriven.
    assert.equal(isStuck({ stateAt: before(29), redrives: 1, redrivenAt: before(500) }, rules, now), false);
  });

  it("compares from where the last sweep ended, otherwise what is recent by its name", () => {
    assert.equal(compareAfter("main", { comparedTo: key(12), broadcast: "20261122T170000" }, rules, now), key(12));
    assert.equal(
      compareAfter("main", { comparedTo: undefined, broadcast: undefined }, rules, now),
      "main/20261119T180000",
    );
    assert.equal(
      compareAfter("main", { comparedTo: undefined, broadcast: "20261122T170000" }, rules, now),
      "main/20261119T180000",
    );
    assert.equal(
      compareAfter("main", { comparedTo: undefined, broadcast: "20261001T000000" }, rules, now),
      "main/20261001T000000",
    );
    assert.ok(
      key(0, "20261119T180000") > "main/20261119T180000" && key(999_999, "20261119T175959") < "main/20261119T180000",
    );
  });

  it("recognises the keys that a channel writes", () => {
    assert.deepEqual(
      [
        key(12),
        "main/notes.ts",
        "main/20261122T170000/recording.12.ts",
        "_standby/main/20261122T170000/recording.000012.ts",
        "",
      ].map(isRecordingKey),
      [true, false, false, true, false],
    );
  });

  it("never passes over an object that is new or could not be noted", () => {
    const objects = fc.array(fc.record({ age: fc.integer({ min: 0, max: 200 }), fails: fc.boolean() }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(objects, (some) => {
        const all = some.map(({ age }, number) => ({ key: key(number), writtenMs: now - age * minute }));
        const unnoted = new Set(some.flatMap(({ fails }, number) => (fails ? [key(number)] : [])));
        const to = settledKey(all, unnoted, rules, now);
        const passed = all.filter((object) => to !== undefined && object.key <= to);
        assert.ok(passed.every((object) => now - object.writtenMs >= 60 * minute && !unnoted.has(object.key)));
        const next = all[passed.length];
        assert.ok(next === undefined || now - next.writtenMs < 60 * minute || unnoted.has(next.key));
      }),
    );
  });
});

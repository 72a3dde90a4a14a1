import assert from "node:assert/strict";
import fc from "fast-check";
import { hasNoInput } from "../../domain/no-input.ts";

const [fromMs, toMs] = [1_000_000, 1_600_000];
const exact = (startMs: number, durationMs = 60_000): Parameters<typeof hasNoInput>[0] => ({
  startMs,
  durationMs,
  isExact: true,
});

describe("a recording without input", () => {
  it("begins after the input was lost and ends well before there is one again", () => {
    const long = Infinity;
    assert.equal(hasNoInput(exact(fromMs + 2000), { fromMs, toMs }, long), true);
    assert.equal(hasNoInput(exact(fromMs + 1999), { fromMs, toMs }, long), false);
    assert.equal(hasNoInput(exact(toMs - 75_000), { fromMs, toMs }, long), true);
    assert.equal(hasNoInput(exact(toMs - 74_999), { fromMs, toMs }, long), false);
  });

  it("is not known yet while there may be input again of which no event has told", () => {
    assert.equal(hasNoInput(exact(fromMs + 2000), { fromMs }, fromMs + 76_999), false);
    assert.equal(hasNoInput(exact(fromMs + 2000), { fromMs }, fromMs + 77_000), true);
    assert.equal(hasNoInput(exact(toMs - 75_000), { fromMs, toMs }, toMs - 1), false);
  });

  it("must begin later if its time is an estimate", () => {
    assert.equal(hasNoInput({ ...exact(fromMs + 9999), isExact: false }, { fromMs }, Infinity), false);
    assert.equal(hasNoInput({ ...exact(fromMs + 10_000), isExact: false }, { fromMs }, Infinity), true);
  });

  it("never overlaps a time with input", () => {
    const time = fc.integer({ min: 0, max: 3_000_000 });
    fc.assert(
      fc.property(
        time,
        fc.integer({ min: 1, max: 300_000 }),
        fc.boolean(),
        time,
        (startMs, durationMs, isExact, now) => {
          const overlaps = startMs < fromMs || startMs + durationMs > toMs;
          assert.ok(!(overlaps && hasNoInput({ startMs, durationMs, isExact }, { fromMs, toMs }, now)));
        },
      ),
    );
  });
});

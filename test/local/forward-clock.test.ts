import assert from "node:assert/strict";
import { createForwardClock } from "../../local/forward-clock.ts";

describe("the clock that is never set back", () => {
  let [ofDay, steady] = [0, 0];
  let now: () => number;

  beforeEach(() => {
    [ofDay, steady] = [1_000_000, 7.25];
    now = createForwardClock({ ofDay: () => ofDay, steady: () => steady });
    assert.equal(now(), 1_000_000);
  });

  const pass = (ms: number): void => {
    ofDay += ms;
    steady += ms;
  };

  it("goes on steadily from where it was when the machine's clock is set back", () => {
    ofDay -= 3_600_000;
    assert.equal(now(), 1_000_000);
    pass(1500);
    assert.equal(now(), 1_001_500);
  });

  it("follows the machine's clock forward, and is then ahead of one that is set right again", () => {
    ofDay += 3_600_000;
    assert.equal(now(), 4_600_000);
    ofDay -= 3_600_000;
    pass(1000);
    assert.equal(now(), 4_601_000);
  });
});

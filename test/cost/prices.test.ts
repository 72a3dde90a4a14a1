import assert from "node:assert/strict";
import { listPrices } from "../../cost/prices.ts";

describe("the price list", () => {
  it("says of each price what it buys, where AWS says so and how well it is known", () => {
    assert.match(listPrices.date, /^20\d\d-\d\d$/);
    for (const [key, { usd, unit, what, source, certainty }] of Object.entries(listPrices.prices)) {
      assert.ok(usd >= 0 && usd < 10, `${key}: ${usd}`);
      assert.ok(unit.length > 0 && what.length > 0, key);
      assert.match(source, /^https:\/\/aws\.amazon\.com\/[a-z0-9/-]+\/pricing\/(on-demand\/)?$/, key);
      assert.ok(certainty in listPrices.certainties, `${key}: ${certainty}`);
    }
  });
});

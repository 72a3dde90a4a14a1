import assert from "node:assert/strict";
import { keepersOf } from "../../components/secret-version.ts";

describe("the version of a random secret", () => {
  it("makes another secret when it changes, and keeps those that had no version", () => {
    assert.deepEqual([1, 2, 3].map(keepersOf), [{}, { keepers: { version: "2" } }, { keepers: { version: "3" } }]);
  });
});

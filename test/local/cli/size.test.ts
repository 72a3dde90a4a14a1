import assert from "node:assert/strict";
import { bytesOf } from "../../../local/cli/size.ts";

describe("a size on the command line", () => {
  it("is a number of MB, GB or TB, or 0", () => {
    assert.deepEqual(
      ["0", "500MB", "20GB", "1.5 gb", "2tb"].map(bytesOf),
      [0, 500_000_000, 20_000_000_000, 1_500_000_000, 2_000_000_000_000],
    );
  });

  it("is nothing else", () => {
    const wrong = ["", "20", "-1GB", "1,5GB", "20GiB", "GB", "1e3GB", "20 G B", "infinity"];
    assert.deepEqual(
      wrong.map(bytesOf),
      wrong.map(() => undefined),
    );
  });
});

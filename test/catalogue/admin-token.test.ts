import assert from "node:assert/strict";
import type { AdminTokens } from "../../catalogue/index.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const [seed, first, second, third] = ["0", "1", "2", "3"].map((digit) => digit.repeat(64)) as [
  string,
  string,
  string,
  string,
];
const previousUntilMs = 1_700_000_060_000;

describe("the admin token in the catalogue", () => {
  let database: TestDatabase;
  let tokens: AdminTokens;
  before(async () => {
    database = await startDatabase();
  });
  after(() => database.stop());
  beforeEach(async () => {
    tokens = (await database.catalogue()).adminTokens;
  });

  it("is the deployment's until it is rotated, then the newest", async () => {
    assert.equal(await tokens.rotated(seed), undefined);
    const one = { current: first, previous: seed, previousUntilMs };
    assert.equal(await tokens.rotate(seed, one), true);
    assert.deepEqual(await tokens.rotated(seed), one);
    const two = { current: second, previous: first, previousUntilMs: previousUntilMs + 1 };
    assert.equal(await tokens.rotate(seed, two), true);
    assert.deepEqual(await tokens.rotated(seed), two);
  });

  it("is replaced by one of two callers at once", async () => {
    const rotate = (current: string, previous: string): Promise<boolean> =>
      tokens.rotate(seed, { current, previous, previousUntilMs });
    assert.deepEqual((await Promise.all([rotate(first, seed), rotate(second, seed)])).sort(), [false, true]);
    const { current } = (await tokens.rotated(seed))!;
    assert.deepEqual((await Promise.all([rotate(third, current), rotate(seed, current)])).sort(), [false, true]);
  });

  it("is replaced by a write that arrives twice, as when its first response was lost", async () => {
    const one = { current: first, previous: seed, previousUntilMs };
    const two = { current: second, previous: first, previousUntilMs };
    for (const token of [one, one, two, two]) assert.equal(await tokens.rotate(seed, token), true);
    assert.deepEqual(await tokens.rotated(seed), two);
  });

  it("is not replaced with a token that was replaced itself", async () => {
    await tokens.rotate(seed, { current: first, previous: seed, previousUntilMs });
    await tokens.rotate(seed, { current: second, previous: first, previousUntilMs });
    for (const previous of [seed, first])
      assert.equal(await tokens.rotate(seed, { current: third, previous, previousUntilMs }), false);
    assert.equal((await tokens.rotated(seed))?.current, second);
  });

  it("is that of a new deployment, whatever became of the one before", async () => {
    await tokens.rotate(seed, { current: first, previous: seed, previousUntilMs });
    assert.equal(await tokens.rotated(second), undefined);
    assert.equal(await tokens.rotate(second, { current: third, previous: second, previousUntilMs }), true);
    assert.equal((await tokens.rotated(seed))?.current, first);
  });
});

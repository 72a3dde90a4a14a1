import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

describe("webhooks in the catalogue", () => {
  let database: TestDatabase;
  let webhooks: Catalogue["webhooks"];
  let now: number;
  before(async () => (database = await startDatabase()));
  after(() => database.stop());
  beforeEach(async () => {
    now = Date.parse("2026-11-22T18:00:00.000Z");
    ({ webhooks } = await database.catalogue(() => now++));
  });
  const at = "2026-11-22T18:05:00.000Z";

  it("are kept with a secret of their own, oldest first, until they are deleted", async () => {
    const first = await webhooks.create({ url: "https://a.example/", types: ["clip.ready"] });
    const second = await webhooks.create({ url: "https://b.example/", types: ["clip.changed", "person.appeared"] });
    assert.deepEqual(first, {
      id: first.id,
      url: "https://a.example/",
      types: ["clip.ready"],
      secret: first.secret,
      createdAt: "2026-11-22T18:00:00.000Z",
      disabled: false,
      failures: 0,
      lastDelivery: undefined,
    });
    assert.match(first.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
    assert.notEqual(first.secret, second.secret);
    assert.deepEqual(await webhooks.list(), [first, second]);
    assert.deepEqual(await webhooks.get(second.id), second);
    assert.equal(await webhooks.delete(first.id), true);
    assert.equal(await webhooks.delete(first.id), false);
    assert.deepEqual(await webhooks.list(), [second]);
  });

  it("count failed tries until one succeeds, and remember the last", async () => {
    const { id } = await webhooks.create({ url: "https://a.example/", types: ["clip.ready"] });
    const failed = { at, type: "clip.ready", status: 500, attempts: 1 };
    await webhooks.tried(id, failed, "failed");
    assert.partialDeepStrictEqual(await webhooks.get(id), { failures: 1, lastDelivery: failed, disabled: false });
    await webhooks.tried(id, { at, type: "clip.ready", error: "No answer", attempts: 2 }, "failed");
    assert.partialDeepStrictEqual(await webhooks.get(id), { failures: 2, lastDelivery: { error: "No answer" } });
    await webhooks.tried(id, { at, type: "clip.ready", status: 204, attempts: 3 }, "delivered");
    assert.partialDeepStrictEqual(await webhooks.get(id), { failures: 0, lastDelivery: { status: 204 } });
    await webhooks.tried(id, { at, type: "clip.ready", status: 410, attempts: 1 }, "gone");
    assert.partialDeepStrictEqual(await webhooks.get(id), { failures: 1, disabled: true });
  });

  it("do not come back when one was deleted while it was tried", async () => {
    const { id } = await webhooks.create({ url: "https://a.example/", types: ["clip.ready"] });
    await webhooks.delete(id);
    await webhooks.tried(id, { at, type: "clip.ready", status: 500, attempts: 1 }, "failed");
    assert.deepEqual(await webhooks.list(), []);
  });
});

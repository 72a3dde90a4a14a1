import assert from "node:assert/strict";
import type { Catalogue } from "../../catalogue/index.ts";
import { startDatabase, type TestDatabase } from "./table.ts";

const wanted = { id: "0d4f", fileName: "Ada.mp4", clips: 1, durationMs: 7500 };
const start = Date.parse("2026-11-22T18:00:00.000Z");
const weekMs = 7 * 86_400_000;

describe("exports in the catalogue", () => {
  let database: TestDatabase;
  let exports: Catalogue["exports"];
  let now: number;
  before(async () => {
    database = await startDatabase();
  });
  beforeEach(async () => {
    now = start;
    ({ exports } = await database.catalogue(() => now));
  });
  after(() => database.stop());

  it("are asked for once: the same again answers the first, with its job", async () => {
    const asked = await exports.ask(wanted);
    assert.deepEqual(asked, {
      ...wanted,
      askedAtMs: start,
      state: "asked",
      job: undefined,
      reason: undefined,
      expiresAtMs: start + weekMs,
    });
    await exports.started(asked, "job-1");
    now += 1000;
    assert.deepEqual(await exports.ask(wanted), { ...asked, job: "job-1" });
  });

  it("start over once after a failure, whoever asks", async () => {
    const failed = await exports.ended(await exports.ask(wanted), "failed", "It broke (error 1030)");
    assert.deepEqual([failed.state, failed.reason], ["failed", "It broke (error 1030)"]);
    now += 1000;
    const [one, two] = await Promise.all([exports.ask(wanted, failed), exports.ask(wanted, failed)]);
    assert.deepEqual(one, two);
    assert.deepEqual([one.state, one.reason, one.askedAtMs], ["asked", undefined, now]);
  });

  it("ignore what an earlier job did", async () => {
    const first = await exports.ask(wanted);
    const failed = await exports.ended(first, "failed", "It broke");
    now += 1000;
    const second = await exports.started(await exports.ask(wanted, failed), "job-2");
    assert.deepEqual(await exports.ended(first, "complete"), second);
    assert.deepEqual(await exports.started(first, "job-1"), second);
    assert.deepEqual(await exports.get(wanted.id), second);
  });

  it("expire after a week, before DynamoDB deletes them, and can be asked for again", async () => {
    const complete = await exports.ended(await exports.ask(wanted), "complete");
    now = start + weekMs - 1;
    assert.deepEqual(await exports.get(wanted.id), complete);
    now = start + weekMs;
    assert.equal(await exports.get(wanted.id), undefined);
    const again = await exports.ask(wanted);
    assert.deepEqual([again.state, again.askedAtMs], ["asked", now]);
    assert.equal(await exports.get("unknown"), undefined);
  });
});

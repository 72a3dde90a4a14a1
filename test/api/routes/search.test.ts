import assert from "node:assert/strict";
import { answerSends } from "../support/sends.ts";
import { addRecording, broadcast } from "../support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "../support/harness.ts";

const box = { left: 0, top: 0, width: 1, height: 1 };
const url = "/api/people/ada/search";

describe("/people/ID/search", () => {
  let harness: Harness;
  before(async () => (harness = await startHarness()));
  after(() => harness.stop());

  const call = async (
    method: "GET" | "POST" | "DELETE",
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers = method === "GET" ? {} : asAdmin;
    const answer = await harness.app.inject({ method, url, headers, ...(body !== undefined && { payload: body }) });
    return { status: answer.statusCode, body: answer.body === "" ? {} : answer.json<Record<string, unknown>>() };
  };
  const wakes = (): number => harness.aws.calls.filter(({ operation }) => operation === "SendMessage").length;

  it("finds nobody who does not exist, has no photo, or was never searched for", async () => {
    assert.partialDeepStrictEqual(await call("POST"), { status: 404, body: { code: "person-not-found" } });
    await harness.catalogue.people.create({ name: "Ada" });
    assert.partialDeepStrictEqual(await call("POST"), { status: 409, body: { code: "no-photo" } });
    assert.partialDeepStrictEqual(await call("GET"), { status: 404, body: { code: "search-not-found" } });
    assert.partialDeepStrictEqual(await call("DELETE"), { status: 404, body: { code: "search-not-found" } });
  });

  it("says what there is to search before it starts", async () => {
    await harness.catalogue.people.addFace("ada", { id: "face", box, quality: 90 });
    for (let number = 0; number < 9; number++) await addRecording(harness, number, {});
    assert.deepEqual(await call("POST", { dryRun: true }), {
      status: 200,
      body: {
        person: "ada",
        state: "planned",
        startedAt: null,
        changedAt: null,
        minutes: 1.5,
        progress: { done: 0, of: 9 },
        found: 0,
        expired: 0,
        failed: 0,
      },
    });
    // The third and the fourth: from half of the one to the beginning of the next.
    const range = { from: "2026-11-22T19:00:25+01:00", to: "2026-11-22T18:00:40Z" };
    assert.partialDeepStrictEqual((await call("POST", { dryRun: true, broadcast, ...range })).body, {
      from: "2026-11-22T18:00:25.000Z",
      to: "2026-11-22T18:00:40.000Z",
      minutes: 0.4,
      progress: { done: 0, of: 2 },
    });
    assert.partialDeepStrictEqual(await call("GET"), { status: 404 });
  });

  it("starts a search, returns the running one, and refuses another one meanwhile", async () => {
    answerSends(harness.aws);
    const started = await call("POST", { channel: "main" });
    assert.partialDeepStrictEqual(started, {
      status: 202,
      body: { state: "running", channel: "main", progress: { done: 0, of: 9 } },
    });
    assert.deepEqual(await call("POST", { channel: "main" }), started);
    assert.equal(wakes(), 2);
    assert.partialDeepStrictEqual(await call("POST"), { status: 409, body: { code: "search-running" } });
    assert.deepEqual((await call("GET")).body, started.body);
  });

  it("cancels it, twice without effect, and starts again", async () => {
    assert.equal((await call("DELETE")).status, 204);
    assert.equal((await call("DELETE")).status, 204);
    assert.partialDeepStrictEqual((await call("GET")).body, { state: "cancelled" });
    assert.partialDeepStrictEqual(await call("POST"), { status: 202, body: { state: "running" } });
  });

  it("refuses what can't be a range, and whoever is no editor", async () => {
    assert.partialDeepStrictEqual(await call("POST", { channel: "other" }), { body: { code: "channel-not-found" } });
    for (const body of [{ from: "yesterday" }, { from: "2026-11-22T23:59:60Z" }, { since: 1 }, { dryRun: "yes" }])
      assert.equal((await call("POST", body)).status, 400, JSON.stringify(body));
    for (const method of ["POST", "DELETE"] as const)
      assert.equal((await harness.app.inject({ method, url })).statusCode, 401);
  });

  it("is deleted with the person", async () => {
    await harness.catalogue.people.delete("ada");
    assert.equal(await harness.catalogue.searches.get("ada"), undefined);
  });
});

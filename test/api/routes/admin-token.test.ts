import assert from "node:assert/strict";
import { createAdminToken } from "../../../api/admin-token.ts";
import { adminToken, config, startHarness, type Harness } from "../support/harness.ts";
import { assertProblem } from "../support/problem.ts";

const path = "/api/admin-token/rotate";

describe("rotating the admin token", () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
  });
  afterEach(() => harness.stop());

  const rotate = (token: string) =>
    harness.app.inject({ method: "POST", url: path, headers: { authorization: `Bearer ${token}` } });
  const newToken = async (token: string): Promise<string> => (await rotate(token)).json<{ token: string }>().token;
  /** The status of a call that writes. */
  const statusOf = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode } = await harness.app.inject({ method: "DELETE", url: "/api/people/nobody", headers });
    return statusCode;
  };

  it("answers a new token once, which counts at once; the old one for another minute", async () => {
    assert.equal(await statusOf(adminToken), 404);
    const response = await rotate(adminToken);
    assert.equal(response.statusCode, 201);
    assert.equal(response.headers["cache-control"], "no-store");
    const { token, ...rest } = response.json<{ token: string }>();
    assert.match(token, /^[\w-]{40}$/);
    assert.deepEqual(rest, { previousUntil: "2026-11-22T18:31:00.000Z" });
    assert.deepEqual([await statusOf(adminToken), await statusOf(token)], [404, 404]);

    harness.clock.now += 59_999;
    assert.deepEqual([await statusOf(adminToken), await statusOf(token)], [404, 404]);
    harness.clock.now += 1;
    assert.deepEqual([await statusOf(adminToken), await statusOf(token)], [401, 404]);
    assert.equal(JSON.stringify(harness.log).includes(token), false);
  });

  it("gives the new token to one of two callers at once, and locks nobody out", async () => {
    const answers = await Promise.all([rotate(adminToken), rotate(adminToken)]);
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409]);
    const won = answers.find(({ statusCode }) => statusCode === 201)!;
    const lost = answers.find(({ statusCode }) => statusCode === 409)!;
    assert.deepEqual(assertProblem(lost, "token-replaced", path), {
      detail: "The token that you sent was rotated, and counts for at most another minute. Use the new one.",
    });
    assert.deepEqual([await statusOf(won.json<{ token: string }>().token), await statusOf(adminToken)], [404, 404]);
  });

  it("takes only the token in force, and can be done again with it", async () => {
    const second = await newToken(adminToken);
    assert.equal((await rotate(adminToken)).statusCode, 409);
    const third = await newToken(second);
    assert.equal(await statusOf(third), 404);
    assert.deepEqual([await statusOf(second), await statusOf(adminToken)], [404, 401]);
    harness.clock.now += 60_000;
    assertProblem(await rotate(second), "unauthorized", path);
  });

  it("is known at once to an instance that knew the old token", async () => {
    const other = createAdminToken({
      seedSha256: config.adminTokenSha256,
      tokens: harness.catalogue.adminTokens,
      now: () => harness.clock.now,
    });
    assert.equal(await other.accepts(adminToken), true);
    const token = await newToken(adminToken);
    assert.deepEqual([await other.accepts(token), await other.accepts(adminToken)], [true, true]);
    harness.clock.now += 60_000;
    assert.deepEqual([await other.accepts(token), await other.accepts(adminToken)], [true, false]);
  });

  it("reads the catalogue only for requests that carry a token, and not for each of them", async () => {
    const reads = countReads(harness);
    for (let times = 0; times < 3; times++) await harness.app.inject("/api/clips");
    await harness.app.inject({ url: "/api/clips", headers: { authorization: "Basic x" } });
    assert.equal(reads(), 0);
    for (let times = 0; times < 3; times++) await statusOf(adminToken);
    assert.equal(reads(), 1);
    harness.clock.now += 5000;
    await statusOf(adminToken);
    assert.equal(reads(), 2);
  });
});

/** How many times the token's row has been read since. */
function countReads({ catalogue: { adminTokens } }: Harness): () => number {
  const real = { ...adminTokens };
  let reads = 0;
  adminTokens.rotated = (seed) => {
    reads += 1;
    return real.rotated(seed);
  };
  return () => reads;
}

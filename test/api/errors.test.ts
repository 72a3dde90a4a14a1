import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { adminToken, asAdmin, startHarness, type Harness } from "./support/harness.ts";
import { assertProblem } from "./support/problem.ts";

describe("errors", () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.stop());

  const writes = [
    ["POST", "/api/channels/main/start"],
    ["POST", "/api/channels/main/stop"],
    ["POST", "/api/people"],
    ["PATCH", "/api/people/ada"],
    ["DELETE", "/api/people/ada"],
    ["POST", "/api/people/ada/photos"],
    ["PATCH", "/api/clips/x"],
    ["DELETE", "/api/clips/x"],
    ["POST", "/api/recordings/x/retry"],
  ] as const;

  for (const [method, url] of writes) {
    it(`${method} ${url} needs the admin token`, async () => {
      const none = await harness.app.inject({ method, url });
      assert.equal(none.headers["www-authenticate"], 'Bearer realm="spotlight"');
      assertProblem(none, "unauthorized", url);
      for (const authorization of [
        "Bearer wrong",
        `Bearer ${adminToken}x`,
        `Basic ${adminToken}`,
        "Bearer",
        "Bearer ",
      ]) {
        const wrong = await harness.app.inject({ method, url, headers: { authorization } });
        assert.equal(
          wrong.headers["www-authenticate"],
          'Bearer realm="spotlight", error="invalid_token"',
          authorization,
        );
        assertProblem(wrong, "unauthorized", url);
      }
      assert.deepEqual(harness.aws.calls, []);
    });
  }

  it("name unknown paths and methods", async () => {
    assertProblem(await harness.app.inject("/api/nothing"), "route-not-found", "/api/nothing");
    assertProblem(await harness.app.inject("/"), "route-not-found", "/");
    const response = await harness.app.inject({ method: "PUT", url: "/api/people/ada" });
    assert.equal(response.headers["allow"], "DELETE, GET, HEAD, PATCH");
    assertProblem(response, "method-not-allowed", "/api/people/ada");
  });

  it("name unknown query parameters on every path", async () => {
    for (const url of [
      "/api/people",
      "/api/people/ada",
      "/api/channels",
      "/api/clips/x/master.m3u8",
      "/api/openapi.json",
      "/api/health",
    ]) {
      assert.deepEqual(assertProblem(await harness.app.inject(`${url}?verbose=1`), "invalid-request", url), {
        detail: "query verbose: is not known here.",
        errors: [{ in: "query", name: "verbose", message: "is not known here" }],
      });
    }
  });

  it("do not take the names of JavaScript's own properties for known parameters", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      assert.equal((await harness.app.inject(`/api/clips?${name}=1`)).statusCode, 400, name);
    }
  });

  it("answer paths that are no URL", async () => {
    assertProblem(await harness.app.inject("/api/%zz"), "invalid-request", "/api/%zz");
    for (const length of [257, 1020, 2000]) {
      const url = `/api/people/${"x".repeat(length)}`;
      assertProblem(await harness.app.inject(url), "route-not-found", url);
    }
  });

  it("answer bodies that are no JSON, too large or of another type", async () => {
    const post = (payload: string, type: string) =>
      harness.app.inject({
        method: "POST",
        url: "/api/people",
        headers: { ...asAdmin, "content-type": type },
        payload,
      });
    assertProblem(await post("{", "application/json"), "invalid-request", "/api/people");
    assertProblem(await post("", "application/json"), "invalid-request", "/api/people");
    assertProblem(await post("[]", "application/json"), "invalid-request", "/api/people");
    assertProblem(
      await post(JSON.stringify({ name: "x".repeat(20_000) }), "application/json"),
      "payload-too-large",
      "/api/people",
    );
    assertProblem(await post("name=Ada", "text/plain"), "unsupported-media-type", "/api/people");
    assertProblem(await post("name=Ada", "application/x-www-form-urlencoded"), "unsupported-media-type", "/api/people");
  });

  it("are not made of a content type without a body", async () => {
    harness.aws.on("POST /prod/channels/1234567/start", { body: {} });
    harness.aws.on("GET /prod/channels/1234567", { body: { state: "STARTING" } });
    harness.aws.on("GET /prod/channels/1234567/alerts", { body: { alerts: [] } });
    harness.aws.on("GET /prod/inputs/7654321", { body: { destinations: [] } });
    for (const type of ["application/json", "application/x-www-form-urlencoded", "text/plain", "nonsense"]) {
      for (const length of [{}, { "content-length": "0" }]) {
        const headers = { ...asAdmin, "content-type": type, ...length };
        await harness.catalogue.people.create({ name: "Ada" });
        const remove = await harness.app.inject({ method: "DELETE", url: "/api/people/ada", headers });
        assert.equal(remove.statusCode, 200, `${type} ${remove.body}`);
        const start = await harness.app.inject({ method: "POST", url: "/api/channels/main/start", headers });
        assert.equal(start.statusCode, 202, start.body);
      }
    }
  });

  it("name times that cannot be read", async () => {
    for (const time of [
      "2026-11-22T23:59:60Z",
      "2026-11-22T18:00:00Z[Europe/Berlin]",
      "2026-02-30T18:00:00Z",
      "2026-11-22T24:00:00Z",
      "9999-12-31T23:59:59-23:00",
      "0000-01-01T00:00:00+23:00",
    ]) {
      const url = `/api/clips?from=${encodeURIComponent(time)}`;
      const { errors } = assertProblem(await harness.app.inject(url), "invalid-request", "/api/clips");
      assert.deepEqual(errors, [{ in: "query", name: "from", message: 'must match format "date-time"' }], time);
    }
    for (const time of ["2026-11-22T18:00:00Z", "2026-11-22t18:00:00.123456z", "0001-01-01T00:00:00-23:59"])
      assert.equal((await harness.app.inject(`/api/clips?from=${encodeURIComponent(time)}`)).statusCode, 200, time);
  });

  it("name cursors that were never given out", async () => {
    const filter = ["clips", null, null, null, null, null, null, null, null, null, false, "desc"];
    const print = createHash("sha256").update(JSON.stringify(filter)).digest("base64url").slice(0, 12);
    for (const at of ["x".repeat(1024), "\u0000", "\ud800\udc00", "\ud800", "é", "", 5, null]) {
      const cursor = Buffer.from(JSON.stringify([print, at])).toString("base64url");
      assertProblem(await harness.app.inject(`/api/clips?cursor=${cursor}`), "cursor-mismatch", "/api/clips");
    }
    const cursor = Buffer.from(JSON.stringify([print, "2026"])).toString("base64url");
    assert.equal((await harness.app.inject(`/api/clips?cursor=${cursor}`)).statusCode, 200);
  });

  it("of ours are logged whole with the request's id, and answered without their internals", async () => {
    const { people } = harness.catalogue;
    const list = people.list.bind(people);
    people.list = async () => Promise.reject(new Error("secret table name"));
    try {
      const response = await harness.app.inject({
        url: "/api/people",
        headers: { "x-request-id": "JKJaXmPLvHcESHA=" },
      });
      assertProblem(response, "internal-error", "/api/people");
      assert.ok(!response.body.includes("secret table name"));
      assert.equal(response.json<{ requestId: string }>().requestId, "JKJaXmPLvHcESHA=");
      const line = harness.log.at(-1);
      assert.equal(line?.["reqId"], "JKJaXmPLvHcESHA=");
      assert.match(JSON.stringify(line["err"]), /secret table name/);
    } finally {
      people.list = list;
    }
  });
});

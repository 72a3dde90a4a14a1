import assert from "node:assert/strict";
import { addRecording, broadcast, seen } from "./support/broadcast.ts";
import { asAdmin, startHarness, type Harness } from "./support/harness.ts";

describe("reads", () => {
  let harness: Harness;
  before(async () => {
    harness = await startHarness();
    await harness.catalogue.people.create({ name: "Ada" });
    await addRecording(harness, 0, { ada: [seen(0, 1000, 3000)] });
  });
  after(() => harness.stop());

  const clip = `/api/clips/main.${broadcast}.ada.000000-1000`;
  const paths = ["/api/people", "/api/people/ada", "/api/clips", `${clip}/playlist.m3u8`, "/api/openapi.json"];

  it("have an ETag, by which nothing is sent again that the caller has", async () => {
    for (const url of paths) {
      const first = await harness.app.inject(url);
      const etag = String(first.headers["etag"]);
      assert.match(etag, /^W\/"[\w-]{22}"$/, url);
      for (const known of [etag, etag.slice(2), `"other", ${etag}`, "*"]) {
        const again = await harness.app.inject({ url, headers: { "if-none-match": known } });
        assert.deepEqual([again.statusCode, again.body], [304, ""], `${url} ${known}`);
        for (const name of ["etag", "cache-control", "content-type"])
          assert.equal(again.headers[name], first.headers[name], `${url} ${name}`);
      }
      const other = await harness.app.inject({ url, headers: { "if-none-match": 'W/"other"' } });
      assert.deepEqual([other.statusCode, other.body], [200, first.body]);
    }
  });

  it("answer HEAD with the headers of GET", async () => {
    for (const url of paths) {
      const [get, head] = [await harness.app.inject(url), await harness.app.inject({ method: "HEAD", url })];
      const date = "any";
      assert.deepEqual({ ...head.headers, date }, { ...get.headers, date }, url);
      assert.deepEqual([head.statusCode, head.body], [200, ""], url);
      const again = await harness.app.inject({ method: "HEAD", url, headers: { "if-none-match": "*" } });
      assert.equal(again.statusCode, 304, url);
    }
  });

  it("have another ETag when something changed", async () => {
    const etag = async (): Promise<unknown> => (await harness.app.inject("/api/people/ada")).headers["etag"];
    const before = await etag();
    assert.equal(await etag(), before);
    const rename = { method: "PATCH", url: "/api/people/ada", headers: asAdmin, payload: { name: "Ada L." } } as const;
    assert.equal((await harness.app.inject(rename)).statusCode, 200);
    assert.notEqual(await etag(), before);
  });

  it("that failed have none", async () => {
    const { headers, statusCode } = await harness.app.inject({
      url: "/api/people/x",
      headers: { "if-none-match": "*" },
    });
    assert.deepEqual([statusCode, headers["etag"]], [404, undefined]);
  });
});

import assert from "node:assert/strict";
import { Compile } from "typebox/compile";
import { problemKinds } from "../../api/problems.ts";
import { BoxSchema } from "../../api/schemas/common.ts";
import { ProblemSchema } from "../../api/schemas/problem.ts";
import { apiPathCode } from "../../components/api-path.ts";
import { compileViewerFunction } from "../../local/aws/cloudfront/viewer-function.ts";

const compiled = compileViewerFunction("api-path", apiPathCode);
const problem = Compile({ "Box#": BoxSchema }, ProblemSchema);

/** What CloudFront does with a request for this path. */
function call(path: string): ReturnType<typeof compiled.run> {
  const request = { method: "GET", path, query: "a=%2F", headers: { host: "example.com" }, ip: "203.0.113.9" };
  return compiled.run(request, { distributionId: "E1", domainName: "example.com", requestId: "edge-1" });
}

describe("the API's paths", () => {
  it("reach the API as they are", () => {
    for (const path of [
      "/api/people/son-heung-min",
      "/api/clips/main.20261122T180000._goal.000012-34500/playlist.m3u8",
      "/api/nowhere/",
    ]) {
      const result = call(path);
      assert.ok("request" in result, path);
      assert.deepEqual([result.request.path, result.request.query], [path, "a=%2F"]);
    }
  });

  it("are reached without what only the page's function may say", () => {
    const headers = { host: "example.com", "x-page-url": "https://evil.example" };
    const request = { method: "GET", path: "/api/index.html", query: "clip=x", headers, ip: "203.0.113.9" };
    const result = compiled.run(request, { distributionId: "E1", domainName: "example.com", requestId: "edge-1" });
    assert.ok("request" in result);
    assert.deepEqual(result.request.headers, { host: "example.com" });
  });

  it("are 404 at the edge when API Gateway would make another path of them", () => {
    for (const path of [
      "/api/people/franck%00",
      "/api/people/franck%3Fx",
      "/api/people/x%2F..%2Ffranck",
      "/api/channels/main%2Fstart",
      "/api/people/fr%61nck",
      "/api/people/x/../franck",
      "/api/people/.",
      "/api/people/%zz",
      "/api/people/José",
    ]) {
      const result = call(path);
      assert.ok("response" in result, path);
      const { status, headers, body } = result.response;
      assert.equal(status, 404);
      assert.deepEqual(headers, {
        "content-type": ["application/problem+json"],
        "cache-control": ["no-store"],
        "x-content-type-options": ["nosniff"],
      });
      const said: unknown = JSON.parse(body);
      assert.ok(problem.Check(said), body);
      assert.deepEqual(
        [said.code, said.title, said.instance, said.requestId],
        ["route-not-found", problemKinds["route-not-found"].title, path, "edge-1"],
      );
    }
  });
});

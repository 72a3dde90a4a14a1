import assert from "node:assert/strict";
import { pageRouteCode } from "../../components/page-route.ts";
import { compileViewerFunction } from "../../local/aws/cloudfront/viewer-function.ts";

const compiled = compileViewerFunction("page-route", pageRouteCode("https"));

/** What CloudFront does with a request of these headers for this address. */
function call(address: string, headers: Record<string, string> = {}): ReturnType<typeof compiled.run> {
  const [path = "", query = ""] = address.split("?");
  const request = { method: "GET", path, query, headers: { host: "example.com", ...headers }, ip: "203.0.113.9" };
  return compiled.run(request, { distributionId: "E1", domainName: "example.com", requestId: "edge-1" });
}

/** The path that is asked for at the page's own origin. */
function route(address: string, acceptEncoding?: string): string {
  const result = call(address, acceptEncoding === undefined ? {} : { "accept-encoding": acceptEncoding });
  assert.ok("request" in result && result.origins === undefined, address);
  return result.request.path;
}

describe("the page's routes", () => {
  it("get the page", () => {
    for (const uri of [
      "/",
      "/clips/main.20261122T180000.son-heung-min.000012-34500",
      "/people/son-heung-min",
      "/index.html/x",
    ])
      assert.equal(route(uri), "/index.html");
  });

  it("leave files alone", () => {
    for (const uri of ["/index.html", "/favicon.svg", "/assets/index-3f2a.js", "/assets/A.WOFF2"])
      assert.equal(route(uri), uri);
  });

  it("get text in the smallest coding that the viewer accepts", () => {
    for (const [acceptEncoding, suffix] of [
      ["gzip, deflate, br, zstd", ".br"],
      ["gzip;q=1.0, BR;q=0.1", ".br"],
      ["br;q=0, gzip", ".gz"],
      ["br ; q=0.000, gzip;q=0.5", ".gz"],
      ["deflate, x-br, brotli", ""],
      ["identity", ""],
      ["", ""],
    ] as const) {
      assert.equal(route("/", acceptEncoding), `/index.html${suffix}`, acceptEncoding);
      for (const file of ["/assets/index-3f2a.js", "/assets/index-91.css", "/favicon.svg", "/manifest.json"])
        assert.equal(route(file, acceptEncoding), `${file}${suffix}`, acceptEncoding);
    }
    for (const uri of ["/assets/a-91.woff2", "/assets/photo-91.png"]) assert.equal(route(uri, "gzip, br"), uri);
  });

  it("are asked of the API first where they name a clip, people or a broadcast, and of the bucket if it fails", () => {
    for (const address of [
      "/?clip=main.1.ada.0-1",
      "/?person=ada&person=grace",
      "/clips/x?channel=main&clip=y",
      "/?channel=main&broadcast=20261122T180000",
    ]) {
      const result = call(address, { "accept-encoding": "br", "x-page-url": "https://evil.example" });
      assert.ok("request" in result, address);
      assert.deepEqual(
        [result.request.path, result.request.query, result.request.headers["x-page-url"], result.origins],
        [
          "/index.html",
          address.split("?")[1],
          "https://example.com",
          { originIds: ["previews", "page"], statusCodes: [403, 404, 429, 500, 502, 503, 504] },
        ],
      );
    }
  });

  it("are the bucket's in all other cases, and let viewers say no address of the page", () => {
    for (const address of ["/", "/?channel=main", "/?play=all", "/assets/index-3f2a.js?clip=x"]) {
      const result = call(address, { "x-page-url": "https://evil.example" });
      assert.ok("request" in result, address);
      assert.deepEqual([result.origins, result.request.headers], [undefined, { host: "example.com" }]);
    }
  });

  it("have no compressed form under a name of its own", () => {
    assert.equal(route("/assets/index-3f2a.js.br", "br"), "/index.html.br");
  });
});

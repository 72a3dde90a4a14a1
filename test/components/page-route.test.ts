import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { pageRouteCode } from "../../components/page-route.ts";

/** Runs the function as CloudFront does, in a context of its own. */
function route(uri: string, acceptEncoding?: string): string {
  const headers = acceptEncoding === undefined ? {} : { "accept-encoding": { value: acceptEncoding } };
  return String(runInNewContext(`${pageRouteCode}; handler({ request: ${JSON.stringify({ uri, headers })} }).uri`));
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

  it("have no compressed form under a name of its own", () => {
    assert.equal(route("/assets/index-3f2a.js.br", "br"), "/index.html.br");
  });
});

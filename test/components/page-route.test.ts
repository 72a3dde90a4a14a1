import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { pageRouteCode } from "../../components/page-route.ts";

/** Runs the function as CloudFront does, in a context of its own. */
function route(uri: string): string {
  return String(runInNewContext(`${pageRouteCode}; handler({ request: { uri: ${JSON.stringify(uri)} } }).uri`));
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
});

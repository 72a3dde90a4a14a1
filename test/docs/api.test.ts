import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { problemKinds } from "../../api/problems.ts";
import { documents, readDocument, root } from "./documents.ts";

const folder = path.join(root, "api", "routes");
/** Paths of the API's routes, such as `/clips/:id/playlist.m3u8`. */
const routes = readdirSync(folder)
  .map((file) => readFileSync(path.join(folder, file), "utf8"))
  .flatMap((code) =>
    [...code.matchAll(/app\.(?:get|post|patch|delete)\(\s*["`](\/[^"`]+)["`]/g)].map(([, route = ""]) => route),
  );

/** Whether a route matches `called`, such as `/clips/ID/playlist.m3u8`. A route's code fills in `${verb}`. */
function isTaken(called: string): boolean {
  return routes.some((route) =>
    new RegExp(`^${route.replace(/\$\{\w+\}/g, "(start|stop)").replace(/:\w+/g, "[^/]+")}$`).test(called),
  );
}

describe("documents of the API", () => {
  it("call only routes that exist", () => {
    const called = documents().flatMap(({ text }) =>
      [...text.matchAll(/(?:\$API|<apiUrl>|stack output apiUrl\))(\/[\w./-]+)/g)].map(([, to = ""]) => to),
    );
    assert.ok(called.length > 12);
    assert.deepEqual(
      called.filter((to) => !isTaken(to)),
      [],
    );
  });

  it("show an error as the API returns it", () => {
    const [, json = ""] = /^```json\n([\s\S]*?)^```/m.exec(readDocument("docs/api.md").text) ?? [];
    const { code, status, title, type } = JSON.parse(json) as {
      code: keyof typeof problemKinds;
      status: number;
      title: string;
      type: string;
    };
    assert.deepEqual({ status, title }, problemKinds[code]);
    assert.equal(type, `urn:spotlight:problem:${code}`);
  });
});

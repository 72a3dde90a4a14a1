import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { problemKinds } from "../../api/problems.ts";
import { documents, readDocument, root } from "./documents.ts";

const folder = path.join(root, "api", "routes");
/** Paths that the API's routes take, `/clips/:id/playlist.m3u8`. */
const routes = readdirSync(folder)
  .map((file) => readFileSync(path.join(folder, file), "utf8"))
  .flatMap((code) =>
    [...code.matchAll(/app\.(?:get|post|patch|delete)\(\s*["`](\/[^"`]+)["`]/g)].map(([, route = ""]) => route),
  );

/** Whether a route takes `called`, `/clips/ID/playlist.m3u8`; `${verb}` is a part that a route's code fills in. */
function isTaken(called: string): boolean {
  return routes.some((route) =>
    new RegExp(`^${route.replace(/\$\{\w+\}/g, "(start|stop)").replace(/:\w+/g, "[^/]+")}$`).test(called),
  );
}

describe("documents of the API", () => {
  it("call only what there is", () => {
    const called = documents().flatMap(({ text }) =>
      [...text.matchAll(/(?:\$API|<apiUrl>|stack output apiUrl\))(\/[\w./-]+)/g)].map(([, to = ""]) => to),
    );
    assert.ok(called.length > 12);
    assert.deepEqual(
      called.filter((to) => !isTaken(to)),
      [],
    );
  });

  it("show an error as the API answers it", () => {
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

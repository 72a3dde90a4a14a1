import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { anchors, documents, prose, readDocument, root } from "./documents.ts";

describe("documents", () => {
  it("have no broken links", () => {
    const dead: string[] = [];
    for (const { file, text } of documents()) {
      for (const [, target = ""] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [to = "", anchor] = target.split("#");
        const linked = to === "" ? file : path.join(path.dirname(file), to);
        const there =
          existsSync(path.join(root, linked)) &&
          (anchor === undefined || anchors(readDocument(linked).text).includes(anchor));
        if (!there) dead.push(`${file}: ${target}`);
      }
    }
    assert.deepEqual(dead, []);
  });
});

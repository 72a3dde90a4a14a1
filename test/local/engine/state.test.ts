import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openState, type StoredResource } from "../../../local/engine/state.ts";

const resource = (urn: string, id = urn): StoredResource => ({
  urn,
  type: "t",
  name: urn,
  inputs: { a: [1] },
  state: { id, outputs: { b: 2 } },
  options: { parent: "p", dependencies: ["d"], secrets: ["a[0]"], protect: true, retainOnDelete: false },
});

describe("the stack's state", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "state-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps resources, replaced resources and answers, in order, until they are deleted", () => {
    const first = openState(folder);
    first.put(resource("one"));
    first.put(resource("two"));
    first.put(resource("renamed"), "one");
    first.replace(resource("two", "new"), resource("two"));
    first.putAnswer("f", { b: 1, a: 2 }, { c: 3 });
    first.close();
    const second = openState(folder);
    assert.deepEqual(second.all(), [resource("renamed"), resource("two", "new")]);
    assert.equal(second.get("one"), undefined);
    assert.deepEqual(second.answer("f", { a: 2, b: 1 }), { c: 3 });
    assert.equal(second.answer("f", { a: 2 }), undefined);
    assert.deepEqual(
      second.replaced().map((replaced) => replaced.resource),
      [resource("two")],
    );
    for (const { number } of second.replaced()) second.forgetReplaced(number);
    second.delete("renamed");
    assert.deepEqual([second.replaced(), second.all()], [[], [resource("two", "new")]]);
    second.close();
  });

  it("opens a folder that was created before options were stored", () => {
    const old = new DatabaseSync(join(folder, "state.db"));
    old.exec(
      "CREATE TABLE resources (number INTEGER PRIMARY KEY AUTOINCREMENT, urn TEXT UNIQUE NOT NULL, type TEXT " +
        "NOT NULL, name TEXT NOT NULL, inputs TEXT NOT NULL, state TEXT NOT NULL)",
    );
    old.exec(
      `INSERT INTO resources (urn, type, name, inputs, state) VALUES ('u', 't', 'n', '{}', '{"id":"i","outputs":{}}')`,
    );
    old.close();
    const state = openState(folder);
    assert.deepEqual(
      state.all().map(({ options }) => options),
      [{ parent: "", dependencies: [], secrets: [], protect: false, retainOnDelete: false }],
    );
    state.close();
  });
});

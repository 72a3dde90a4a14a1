import assert from "node:assert/strict";
import { changesBetween } from "../../../local/engine/changes.ts";
import { unknownValue } from "../../../local/engine/property-values.ts";
import { masked, sealed } from "../../../local/engine/sealed-secrets.ts";

describe("changes between two runs", () => {
  const policy = (...statements: object[]): { policy: string } => ({
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  });

  it("do not include the order of members, white space in JSON, or null instead of absent", () => {
    assert.deepEqual(
      changesBetween({ a: { x: 1, y: 2 }, p: '{"a":1}', n: null }, { p: '{ "a": 1 }', a: { y: 2, x: 1 } }),
      [],
    );
  });

  it("are the smallest values that differ", () => {
    assert.deepEqual(
      changesBetween({ a: { x: 1, y: [1, 2] }, gone: 1 }, { a: { x: 1, y: [1, 3, 4] }, known: unknownValue }),
      [
        { path: ["a", "y", 1], before: 2, after: 3 },
        { path: ["a", "y", 2], after: 4 },
        { path: ["gone"], before: 1 },
        { path: ["known"], after: unknownValue },
      ],
    );
  });

  it("compare files by their bytes, not their paths", () => {
    const code = (path: string, sha256: string): object => ({
      code: { $archive: { "index.mjs": { $asset: { path, sha256 } } } },
    });
    assert.deepEqual(changesBetween({ ...code("/a", "1") }, { ...code("/b", "1") }), []);
    assert.deepEqual(changesBetween({ ...code("/a", "1") }, { ...code("/a", "2") }), [
      {
        path: ["code", "index.mjs"],
        before: { $asset: { path: "/a", sha256: "1" } },
        after: { $asset: { path: "/a", sha256: "2" } },
      },
    ]);
  });

  it("name a policy's statement, and the added and removed actions", () => {
    const before = policy({ Sid: "Log", Action: ["a", "b"] }, { Sid: "Table", Action: "c" });
    const after = policy(
      { Sid: "New", Action: "n" },
      { Sid: "Log", Action: ["b", "d"] },
      { Sid: "Table", Action: "c" },
    );
    assert.deepEqual(changesBetween(before, after, "members"), [
      { path: ["policy", "Statement", "Log", "Action", 0], before: "a" },
      { path: ["policy", "Statement", "Log", "Action", 1], after: "d" },
      { path: ["policy", "Statement", "New"], after: { Sid: "New", Action: "n" } },
    ]);
    assert.deepEqual(changesBetween({ list: ["a", "b"] }, { list: ["b", "a"] }, "members"), [
      { path: ["list"], before: ["a", "b"], after: ["b", "a"] },
    ]);
  });

  it("compare secrets without showing them, even if they moved within a list", () => {
    const paths = ["list[0].token", "list[1].token"];
    const before = sealed(
      {
        list: [
          { id: "x", token: "one" },
          { id: "y", token: "two" },
        ],
      },
      paths,
    );
    const after = sealed(
      {
        list: [
          { id: "y", token: "two" },
          { id: "x", token: "three" },
          { id: "z", token: unknownValue },
        ],
      },
      paths,
    );
    assert.deepEqual(changesBetween(before, after, "members").map(masked), [
      { path: ["list", "x", "token"], before: "[secret]", after: "[secret]" },
      { path: ["list", "z"], after: { id: "z", token: unknownValue } },
    ]);
    assert.deepEqual(masked({ path: ["all"], before: sealed({ a: ["t"] }, ["a[0]"]) }), {
      path: ["all"],
      before: { a: ["[secret]"] },
    });
  });
});

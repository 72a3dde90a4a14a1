import assert from "node:assert/strict";
import fc from "fast-check";
import { isWithin, keepAt, parsePath, pathText } from "../../../local/engine/property-path.ts";

describe("property paths", () => {
  it("are parsed in Pulumi's syntax", () => {
    assert.deepEqual(parsePath("tags"), ["tags"]);
    assert.deepEqual(parsePath("rules[0].id"), ["rules", 0, "id"]);
    assert.deepEqual(parsePath('tags["a.b"].c'), ["tags", "a.b", "c"]);
    assert.deepEqual(parsePath("rules[*].id"), ["rules", "*", "id"]);
    assert.throws(() => parsePath("rules[x]"), {
      message:
        '"rules[x]" is not a valid property path: unexpected character at 6. Write it like tags.owner or rules[0].id.',
    });
  });

  it("are formatted as they are parsed", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(99),
            fc.string({ minLength: 1 }).filter((text) => text !== "*"),
          ),
          { minLength: 1 },
        ),
        (path) => {
          assert.deepEqual(parsePath(pathText(path)), path);
        },
      ),
    );
  });

  it("match everything below them", () => {
    assert.equal(isWithin(["a", 0, "b"], ["a"]), true);
    assert.equal(isWithin(["a", 0, "b"], ["a", "*", "b"]), true);
    assert.equal(isWithin(["a"], ["a", 0]), false);
  });

  it("keep earlier values, remove new ones, and leave the rest unchanged", () => {
    const before = { size: 1, tags: { owner: "me", both: 1 }, list: [{ id: 1 }, { id: 2 }] };
    const after = {
      size: 2,
      tags: { owner: "you", both: 2, added: 3 },
      list: [{ id: 9, on: true }, { id: 8 }, { id: 7 }],
    };
    assert.deepEqual(keepAt(["size", "tags.owner", "tags.added", "list[*].id"], before, after), {
      size: 1,
      tags: { owner: "me", both: 2 },
      list: [{ id: 1, on: true }, { id: 2 }, { id: 7 }],
    });
    assert.deepEqual(keepAt(["*"], before, after), before);
    assert.deepEqual(keepAt(["gone.deeply", "size.inside"], before, after), after);
  });
});

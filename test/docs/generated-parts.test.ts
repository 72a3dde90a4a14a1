import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { configurationTable, generatedParts, replaceParts } from "../../scripts/generated-parts.ts";

const root = path.join(import.meta.dirname, "..", "..");

describe("generated parts of the documents", () => {
  it("match the program, its configuration and the price list", async () => {
    for (const [file, parts] of Object.entries(await generatedParts())) {
      const document = await readFile(path.join(root, file), "utf8");
      // This message helps more than a diff of two documents.
      assert.ok(document === replaceParts(document, parts), `${file} is out of date: run node scripts/write-docs.ts`);
    }
  });

  it("replace only the text between their markers", () => {
    const document =
      "before\n<!-- generated: one -->\nold\n<!-- end -->\nbetween\n<!-- generated: two -->\n<!-- end " +
      "-->\nafter\n";
    assert.equal(
      replaceParts(document, { one: "1", two: "2" }),
      "before\n<!-- generated: one -->\n\n1\n\n<!-- end -->\nbetween\n<!-- generated: two -->\n\n2\n\n<!-- " +
        "end -->\nafter\n",
    );
    assert.throws(() => replaceParts(document, { three: "3" }), /has no part from "<!-- generated: three -->"/);
  });

  it("list every key with its default", () => {
    const yaml =
      "config:\n  count:\n    description: How many.\n    type: integer\n    default: 3\n  places:\n    " +
      "description: Where.\n    value: [{ id: a }]\n  given:\n    description: What.\n    type: string\n  " +
      "mail:\n    description: Who.\n    default: ''\n";
    assert.deepEqual(
      configurationTable(yaml)
        .split("\n")
        .map((line) => line.replace(/ +/g, " ")),
      [
        "| key | default | what it does |",
        "| -------- | -------------- | ------------ |",
        "| `count` | `3` | How many. |",
        '| `places` | `[{"id":"a"}]` | Where. |',
        "| `given` | none: set it | What. |",
        "| `mail` | | Who. |",
      ],
    );
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { personName } from "../../domain/person-name.ts";

describe("a person's name", () => {
  it("is composed, and has no spaces around it", () => {
    assert.equal(personName("  Jose\u0301 "), "José");
    assert.equal(personName("손흥민".normalize("NFD")), "손흥민");
    assert.equal(personName("Son 🦁 Heung-min"), "Son 🦁 Heung-min");
    assert.equal(personName("محمد صلاح"), "محمد صلاح");
  });

  it("has no control characters, lone surrogates or marks that turn the direction of text", () => {
    for (const hidden of ["\u0000", "\n", "\t", "\u007f", "\u0085", "\ud83e", "\udd81", "\u202e", "\u2066", "\u200f"])
      assert.equal(personName(`Son${hidden}Heung-min`), undefined, JSON.stringify(hidden));
    assert.equal(personName(" \u3000 "), undefined);
  });

  it("stays the same when it is read again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const name = personName(text);
        assert.equal(name === undefined ? undefined : personName(name), name);
      }),
    );
  });
});

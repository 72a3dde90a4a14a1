import assert from "node:assert/strict";
import { block, flag, maybeText, text, textMap, texts, whole } from "../../../../local/aws/support/inputs.ts";

describe("support: reading a resource's inputs", () => {
  it("returns typed values and fallbacks", () => {
    const inputs = { name: "n", on: true, list: ["a"], map: { A: "1" }, size: 5, nothing: null };
    assert.equal(text(inputs, "name"), "n");
    assert.equal(maybeText(inputs, "nothing"), undefined);
    assert.equal(flag(inputs, "on", false), true);
    assert.equal(flag(inputs, "off", false), false);
    assert.deepEqual(texts(inputs, "list"), ["a"]);
    assert.deepEqual(textMap(inputs, "map"), { A: "1" });
    assert.equal(whole(inputs, "size", { fallback: 1, min: 0, max: 5 }), 5);
    assert.equal(whole(inputs, "none", { fallback: 1, min: 0, max: 5 }), 1);
    assert.equal(block(inputs, "none", []), undefined);
  });

  it("names the input that is missing, of the wrong type, out of bounds or unknown", () => {
    assert.throws(() => text({}, "role"), { message: "The input role is missing." });
    assert.throws(() => text({ role: 1 }, "role"), { message: "The input role must be a string, not 1." });
    assert.throws(() => texts({ list: ["a", 1] }, "list"), {
      message: "The input list must be a list of strings, not 1.",
    });
    assert.throws(() => whole({ size: 6 }, "size", { fallback: 1, min: 0, max: 5 }), {
      message: "size is 6; it must be a whole number from 0 to 5.",
    });
    assert.throws(() => whole({ size: 1.5 }, "size", { fallback: 1, min: 0, max: 5 }), {
      message: "size is 1.5; it must be a whole number from 0 to 5.",
    });
    assert.throws(() => block({ config: { target: "a", other: 1 } }, "config", ["target"]), {
      message: "config.other is not supported by the local engine.",
    });
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { Type } from "typebox";
import { ApiProblem } from "../../api/problems.ts";
import { validatorCompiler } from "../../api/validation.ts";

const Query = Type.Object(
  {
    ids: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    count: Type.Optional(Type.Integer()),
    part: Type.Optional(Type.Number()),
    text: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

describe("validation", () => {
  const query = validatorCompiler({ schema: Query, httpPart: "querystring", method: "GET", url: "/" });
  const body = validatorCompiler({ schema: Query, httpPart: "body", method: "POST", url: "/" });

  it("reads numbers of the query only from texts that are numbers", () => {
    assert.deepEqual(query({ count: "-12", part: "0.5", text: "7" }), { value: { count: -12, part: 0.5, text: "7" } });
    for (const text of ["", " 1", "1e3", "0x1", "Infinity", "NaN", "1.", ".5", "1,2", "true"])
      assert.ok(errorOf(query({ part: text })) instanceof ApiProblem, text);
    assert.ok(errorOf(query({ count: "1.5" })) instanceof ApiProblem);
  });

  it("reads any number as it is written", () => {
    fc.assert(
      fc.property(fc.integer(), (count) => {
        assert.deepEqual(query({ count: String(count) }), { value: { count } });
      }),
    );
  });

  it("reads repeated parameters alike, repeated or joined by commas as API Gateway hands them over", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { minLength: 1, maxLength: 6 }), (ids) => {
        const expected = { value: { ids } };
        assert.deepEqual(query({ ids }), expected);
        assert.deepEqual(query({ ids: ids.join(",") }), expected);
      }),
    );
  });

  it("changes nothing in bodies", () => {
    assert.deepEqual(body({ count: 1, ids: ["a,b"] }), { value: { count: 1, ids: ["a,b"] } });
    for (const wrong of [{ count: "1" }, { ids: "a" }, { text: 5 }, null, [], "x"])
      assert.ok(errorOf(body(wrong)) instanceof ApiProblem, JSON.stringify(wrong));
  });

  it("names every unknown parameter", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[A-Z_]{1,8}$/), { minLength: 1, maxLength: 10 }), (names) => {
        const error = errorOf(query(Object.fromEntries(names.map((name) => [name, "1"]))));
        assert.ok(error instanceof ApiProblem);
        assert.deepEqual(error.members.errors?.map(({ name }) => name).sort(), [...names].sort());
      }),
    );
  });
});

function errorOf(result: unknown): unknown {
  return typeof result === "object" && result !== null && "error" in result ? result.error : undefined;
}

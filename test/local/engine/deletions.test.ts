import assert from "node:assert/strict";
import fc from "fast-check";
import { deletionOrder } from "../../../local/engine/deletions.ts";
import type { StoredResource } from "../../../local/engine/state.ts";

function resource(urn: string, dependencies: string[] = [], parent = ""): StoredResource {
  return {
    urn,
    type: "t",
    name: urn,
    inputs: {},
    state: { id: urn, outputs: {} },
    options: { parent, dependencies, secrets: [], protect: false, retainOnDelete: false },
  };
}

describe("the order of deletions", () => {
  it("is the reverse of the order of creation without dependencies", () => {
    assert.deepEqual(
      deletionOrder([resource("a"), resource("b"), resource("c")]).map(({ urn }) => urn),
      ["c", "b", "a"],
    );
  });

  it("has dependents and children first", () => {
    const order = deletionOrder([
      resource("user", ["base"]),
      resource("child", [], "parent"),
      resource("base"),
      resource("parent"),
    ]).map(({ urn }) => urn);
    assert.deepEqual(order, ["child", "parent", "user", "base"]);
  });

  it("never has a resource before one that needs it", () => {
    const graphs = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.tuple(fc.constant(size), fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 })),
      );
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), ([size, edges], order) => {
        // Edges only lead from a larger to a smaller number, so there are no cycles.
        const resources = Array.from({ length: size }, (_, n) =>
          resource(
            String(n),
            edges.filter(([from, to]) => from === n && to < n).map(([, to]) => String(to)),
          ),
        );
        const shuffled = resources
          .map((item) => ({ item, key: Number(order.next().value) }))
          .sort((a, b) => a.key - b.key)
          .map(({ item }) => item);
        const deleted = deletionOrder(shuffled).map(({ urn }) => urn);
        assert.equal(deleted.length, size);
        for (const { urn, options } of resources)
          for (const needed of options.dependencies)
            assert.ok(deleted.indexOf(urn) < deleted.indexOf(needed), `${needed} before ${urn}`);
      }),
    );
  });
});

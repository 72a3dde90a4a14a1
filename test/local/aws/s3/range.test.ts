import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRange } from "../../../../local/aws/s3/range.ts";

describe("Range header", () => {
  it("selects the same bytes as slicing an array", () => {
    const size = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(size, fc.nat(60), fc.nat(60), (length, a, b) => {
        const bytes = Array.from({ length }, (_, i) => i);
        const selected = (header: string): number[] => {
          const range = parseRange(header, length);
          return range === undefined ? bytes : bytes.slice(range.start, range.end + 1);
        };
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        if (first < length) {
          assert.deepEqual(selected(`bytes=${first}-${last}`), bytes.slice(first, last + 1));
          assert.deepEqual(selected(`bytes=${first}-`), bytes.slice(first));
        } else {
          assert.throws(() => selected(`bytes=${first}-${last}`), { code: "InvalidRange", status: 416 });
          assert.throws(() => selected(`bytes=${first}-`), { code: "InvalidRange" });
        }
        if (a > 0) assert.deepEqual(selected(`bytes=-${a}`), bytes.slice(-a));
      }),
    );
  });

  it("is unsatisfiable for a suffix of zero bytes and for an empty object", () => {
    assert.throws(() => parseRange("bytes=-0", 10), { code: "InvalidRange" });
    assert.throws(() => parseRange("bytes=0-", 0), { code: "InvalidRange" });
  });

  for (const header of [
    undefined,
    "",
    "bytes=",
    "bytes=-",
    "bytes=a-b",
    "bytes=5-2",
    "bytes=0-1,4-5",
    "items=0-1",
    "bytes=0x1-2",
  ]) {
    it(`is ignored when it is ${header ?? "missing"}`, () => assert.equal(parseRange(header, 10), undefined));
  }
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { readAmf0, writeAmf0, type AmfValue } from "../../../../../local/media/ingest/rtmp/amf0.ts";
import { RtmpError } from "../../../../../local/media/ingest/rtmp/errors.ts";

const { value: amfValue } = fc.letrec<{ value: AmfValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.string(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ minLength: 1, maxLength: 12 }).filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
}));

describe("AMF 0", () => {
  it("reads back every value that it writes", () => {
    fc.assert(
      fc.property(fc.array(amfValue, { maxLength: 5 }), (values) =>
        assert.deepEqual(
          JSON.parse(JSON.stringify(readAmf0(writeAmf0(...values)))),
          JSON.parse(JSON.stringify(values)),
        ),
      ),
    );
  });

  it("rejects any other bytes with an RtmpError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readAmf0(Buffer.from(bytes));
        } catch (cause) {
          assert.ok(cause instanceof RtmpError, String(cause));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("reads a text longer than 65535 bytes", () => {
    const text = "x".repeat(70_000);
    assert.deepEqual(readAmf0(writeAmf0(text)), [text]);
  });

  it("rejects endlessly nested values", () => {
    const nested = Buffer.concat(Array.from({ length: 40 }, () => Buffer.of(0x0a, 0, 0, 0, 1)));
    assert.throws(() => readAmf0(nested), { name: "RtmpError", code: "limit" });
  });
});

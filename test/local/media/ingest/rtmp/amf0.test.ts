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

  it("reads what it can of any other bytes, and fails only beyond a limit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readAmf0(Buffer.from(bytes));
        } catch (cause) {
          assert.ok(cause instanceof RtmpError && cause.code === "limit", String(cause));
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

  it("skips values that no command needs, and keeps what is around them", () => {
    for (const [what, odd] of Object.entries(oddValues)) {
      const object = Buffer.concat([Buffer.from("03000361" + "7070", "hex"), writeAmf0("live"), name("odd"), odd]);
      const bytes = Buffer.concat([writeAmf0("connect", 1), object, name("tcUrl"), writeAmf0("rtmp://x"), end]);
      const [command, transaction, connect] = readAmf0(bytes) as [string, number, Record<string, AmfValue>];
      assert.deepEqual(
        [command, transaction, connect["app"], connect["tcUrl"]],
        ["connect", 1, "live", "rtmp://x"],
        what,
      );
    }
  });

  it("keeps the members before one that can't be read", () => {
    const bytes = Buffer.concat([Buffer.of(3), name("app"), writeAmf0("live"), name("odd"), Buffer.of(0x42, 1, 2, 3)]);
    assert.deepEqual({ ...(readAmf0(bytes)[0] as object) }, { app: "live" });
  });

  it("reads AMF 3 values with their references", () => {
    // {a: "hi", b: "hi" again, c: [1, -1], d: the array again}
    const object =
      "110a0b01" +
      "0361" +
      "06056869" +
      "0362" +
      "0602" +
      "0363" +
      "09050104010" +
      "4ffffffff" +
      "0364" +
      "0902" +
      "01";
    assert.deepEqual(JSON.parse(JSON.stringify(readAmf0(Buffer.from(object, "hex"))[0])), {
      a: "hi",
      b: "hi",
      c: [1, -1],
      d: [1, -1],
    });
  });
});

const name = (text: string): Buffer => Buffer.concat([Buffer.of(0, text.length), Buffer.from(text)]);
const end = Buffer.of(0, 0, 9);

/** AMF 0 that encoders may send but nothing needs. */
const oddValues = {
  unsupported: Buffer.of(0x0d),
  reference: Buffer.of(0x07, 0, 0),
  "typed object": Buffer.concat([Buffer.of(0x10), name("a.B"), name("x"), writeAmf0(1), end]),
  XML: Buffer.from("0f000000033c613e", "hex"),
  "AMF 3 null": Buffer.of(0x11, 0x01),
  "AMF 3 object": Buffer.from("110a0b0103610401" + "01", "hex"),
  "AMF 3 object of a class": Buffer.from("110a1307612e420378" + "0403", "hex"),
  "AMF 3 bytes": Buffer.from("110c05" + "0102", "hex"),
  "AMF 3 date": Buffer.from("110801" + "0000000000000000", "hex"),
  "AMF 3 vector": Buffer.from("110d0500" + "0000000100000002", "hex"),
};

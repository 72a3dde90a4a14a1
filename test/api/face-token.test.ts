import assert from "node:assert/strict";
import fc from "fast-check";
import { faceToken, parseFaceToken } from "../../api/face-token.ts";
import { recordingId } from "../../domain/ids.ts";
import { recordingNames } from "../domain/arbitraries.ts";

describe("tokens of faces", () => {
  const box = { left: -0.02, top: 0.12, width: 0.14, height: 0.25 };
  const token = "main.20261122T180000.000012~4000~-0.02,0.12,0.14,0.25";

  it("name a recording, a time and a place", () => {
    assert.equal(faceToken({ recording: "main.20261122T180000.000012", atMs: 4000, box }), token);
    assert.deepEqual(parseFaceToken(token), { recording: "main.20261122T180000.000012", atMs: 4000, box });
  });

  it("are read as they were written, to a millionth, and safe in an address", () => {
    const side = fc.double({ min: -0.9, max: 1, noNaN: true });
    const positive = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        recordingNames,
        fc.nat(86_400_000),
        fc.tuple(side, side, positive, positive),
        (name, atMs, [left, top, width, height]) => {
          const recording = recordingId(name);
          const text = faceToken({ recording, atMs, box: { left, top, width, height } });
          assert.match(text, /^[\w.~,-]+$/);
          const read = parseFaceToken(text);
          assert.deepEqual([read?.recording, read?.atMs], [recording, atMs]);
          for (const [key, value] of Object.entries({ left, top, width, height }))
            assert.ok(Math.abs(read!.box[key as "left"] - value) <= 1e-6, `${key} ${value}`);
        },
      ),
    );
  });

  it("of any other form are none", () => {
    for (const text of [
      "",
      "~",
      "main.20261122T180000.000012~4000",
      `${token},1`,
      token.replace("main", "Main"),
      `${token}\n`,
    ])
      assert.equal(parseFaceToken(text), undefined, text);
  });
});

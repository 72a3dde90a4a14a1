import assert from "node:assert/strict";
import { avcCodec } from "../../../../local/media/convert/avc-codec.ts";

describe("the codec of an MPEG-TS segment", () => {
  it("is the profile, constraints and level of its sequence parameter set", () => {
    const pes = [0, 0, 1, 0xe0, 0, 0, 0x80];
    const delimiter = [0, 0, 0, 1, 0x09, 0xf0];
    const parameters = [0, 0, 0, 1, 0x67, 0x64, 0x00, 0x1f, 0xac];
    assert.equal(avcCodec(Buffer.from([0x47, ...pes, ...delimiter, ...parameters])), "avc1.64001f");
  });

  it("is unknown if the set is missing or truncated", () => {
    assert.equal(avcCodec(Buffer.from([0x47, 0, 0, 1, 0xe0])), undefined);
    assert.equal(avcCodec(Buffer.from([0, 0, 1, 0x67, 0x64])), undefined);
    assert.equal(avcCodec(Buffer.alloc(0)), undefined);
  });
});

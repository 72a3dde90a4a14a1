import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeNotificationKey, formatArchiveKey, parseArchiveKey } from "../../domain/archive-key.ts";
import { recordingNames } from "./arbitraries.ts";

describe("archive keys", () => {
  it("are written as MediaLive writes them", () => {
    assert.equal(
      formatArchiveKey({ channel: "main", broadcast: "20261122T180000", number: 12 }),
      "main/20261122T180000/recording.000012.ts",
    );
  });

  it("of a second pipeline are in a folder of their own, whose recordings have high numbers", () => {
    const key = "_standby/main/20261122T180000/recording.000012.ts";
    assert.deepEqual(parseArchiveKey(key), { channel: "main", broadcast: "20261122T180000", number: 500_012 });
    assert.equal(formatArchiveKey(parseArchiveKey(key)), key);
    for (const folder of ["", "_standby/"])
      assert.throws(() => parseArchiveKey(`${folder}main/20261122T180000/recording.500000.ts`), {
        code: "invalid-archive-key",
        message: /has a number from 500000 on: restart the channel$/,
      });
  });

  it("say which recording it is", () => {
    fc.assert(fc.property(recordingNames, (name) => assert.deepEqual(parseArchiveKey(formatArchiveKey(name)), name)));
  });

  it("of any other form are refused by name", () => {
    for (const key of [
      "",
      "main/20261122T180000/recording.12.ts",
      "main/20261122T180000/recording.000012.mp4",
      "main/20261122T180000/sub/recording.000012.ts",
      "Main/20261122T180000/recording.000012.ts",
      "main/20261341T180000/recording.000012.ts",
      "main/20261122T180000/recording.000012.ts\n",
      "../20261122T180000/recording.000012.ts",
      "standby/main/20261122T180000/recording.000012.ts",
      "_standby/recording.000012.ts",
    ]) {
      assert.throws(() => parseArchiveKey(key), {
        name: "ArchiveKeyError",
        code: "invalid-archive-key",
        message:
          `The key "${key}" is not CHANNEL/BROADCAST/recording.NNNNNN.ts, e.g. ` +
          "main/20261122T180000/recording.000012.ts",
      });
    }
  });

  it("come form-encoded in S3 notifications", () => {
    assert.equal(decodeNotificationKey("a+b/100%25/%ED%95%9C%2B%C3%BC.ts"), "a b/100%/한+ü.ts");
    assert.throws(() => decodeNotificationKey("100%"), { code: "invalid-archive-key" });
  });

  it("decode to what was encoded, for any characters", () => {
    const encode = (key: string): string => new URLSearchParams([["k", key]]).toString().slice(2);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (key) => assert.equal(decodeNotificationKey(encode(key)), key)),
    );
  });
});

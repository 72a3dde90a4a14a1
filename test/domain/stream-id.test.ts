import assert from "node:assert/strict";
import fc from "fast-check";
import { firstStreamIdAt, streamId, timeOfStreamId } from "../../domain/stream-id.ts";

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe("ids of the stream", () => {
  it("are UUIDs of version 7: the example of RFC 9562", () => {
    const random = Uint8Array.from(Buffer.from("0cc318c4dc0c0c07398f", "hex"));
    assert.equal(streamId(0x017f22e279b0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  });

  it("tell when they were made", () => {
    fc.assert(fc.property(time, (at) => timeOfStreamId(streamId(at)) === at));
  });

  it("sort by time, and after the first one of their time", () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [ofA, ofB] = [streamId(a), streamId(b)];
        assert.ok(firstStreamIdAt(a) <= ofA);
        if (a !== b) assert.equal(ofA < ofB, a < b);
        if (a < b) assert.ok(ofA < firstStreamIdAt(b));
      }),
    );
  });

  it("are not mistaken for others", () => {
    for (const other of ["", "1", "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"])
      assert.equal(timeOfStreamId(other), undefined);
    fc.assert(fc.property(fc.string(), (text) => timeOfStreamId(text) === undefined));
  });
});

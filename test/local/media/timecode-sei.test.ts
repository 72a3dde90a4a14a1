import assert from "node:assert/strict";
import fc from "fast-check";
import { formatTimecode, readTimecode, timecodeAt, withTimecode } from "../../../local/media/timecode-sei.ts";

const parameterSets = Buffer.from("00000001" + "6742c01e" + "00000001" + "68ce3c80", "hex");
/** As x264 writes it: no timecode. */
const pictureTiming = Buffer.from("000001" + "0601010080", "hex");
const slice = Buffer.from("000001" + "6588840abc", "hex");
const accessUnit = Buffer.concat([parameterSets, pictureTiming, slice]);

describe("a timecode in H.264", () => {
  it("is read back, and leaves the rest as it is", () => {
    fc.assert(
      fc.property(
        fc.record({
          hours: fc.nat(23),
          minutes: fc.nat(59),
          seconds: fc.nat(59),
          frames: fc.nat(59),
        }),
        (timecode) => {
          const stamped = withTimecode(accessUnit, timecode);
          assert.deepEqual(readTimecode(stamped), { ...timecode });
          assert.ok(stamped.subarray(0, parameterSets.length).equals(parameterSets));
          assert.ok(stamped.subarray(-slice.length).equals(slice));
        },
      ),
    );
  });

  it("is written where the encoder left place for it", () => {
    const bare = Buffer.concat([parameterSets, slice]);
    assert.equal(withTimecode(bare, timecodeAt(0, 30)), bare);
    assert.equal(readTimecode(bare), undefined);
    assert.equal(readTimecode(accessUnit), undefined);
  });

  it("counts frames within the second, in UTC", () => {
    assert.equal(formatTimecode(timecodeAt(Date.parse("2026-11-26T15:23:27.400Z"), 30)), "15:23:27:12");
    assert.equal(formatTimecode(timecodeAt(Date.parse("2026-11-26T00:00:00.999Z"), 60)), "00:00:00:59");
  });
});

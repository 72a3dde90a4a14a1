import assert from "node:assert/strict";
import { DiskFullError, withRoom } from "../../../../local/aws/mediaconvert/room.ts";

describe("the room for a conversion", () => {
  /** A disk with this much free at each look, in megabytes. */
  const disk = (...megabytes: number[]) => ({
    bytes: 30_000_000,
    free: () => (megabytes.shift() ?? 0) * 1e6,
  });
  const full = (message: string) => ({ name: "DiskFullError", message });

  it("must be there before it begins: thrice its input, and 64 MB", async () => {
    let begun = false;
    const work = (): Promise<void> => Promise.resolve(void (begun = true));
    await assert.rejects(
      withRoom(disk(93.9), work),
      full("94 MB are needed on the disk of the data folder, and 93 MB are free"),
    );
    assert.equal(begun, false);
    assert.equal(await withRoom(disk(94, 60), () => Promise.resolve("done")), "done");
  });

  it("makes outputs worthless, and an error of FFmpeg no verdict, if it is used up meanwhile", async () => {
    const usedUp = full("4 MB are needed on the disk of the data folder, and 0 MB are free");
    await assert.rejects(
      withRoom(disk(100, 0.1), () => Promise.resolve("cut outputs")),
      usedUp,
    );
    await assert.rejects(
      withRoom(disk(100, 0.1), () => Promise.reject(new Error("No space left on device"))),
      usedUp,
    );
  });

  it("leaves another error as it is", async () => {
    const cause = new Error("The file has no video that can be decoded.");
    await assert.rejects(
      withRoom(disk(100, 100), () => Promise.reject(cause)),
      cause,
    );
    assert.ok(!(cause instanceof DiskFullError));
  });
});

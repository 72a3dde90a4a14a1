import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assemble, MediaError } from "../../../../local/media/convert/run.ts";
import type { AssemblyPart, AssemblyPlan } from "../../../../local/media/convert/plan.ts";
import { makeRecording } from "../../../support/media.ts";
import { lookAt, type Look } from "../live/look-at.ts";

describe("assembling parts of recordings", function () {
  this.timeout(30_000);
  let folder: string;
  let made = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "assemble-"));
    await makeRecording(join(folder, "in.ts"), { seconds: 8, startSeconds: 3600, clock: true, bFrames: 2 });
    await makeRecording(join(folder, "silent.ts"), { seconds: 4, sound: false, clock: true });
    await makeRecording(join(folder, "ntsc.ts"), { seconds: 4, frameRate: "30000/1001", clock: true });
    await makeRecording(join(folder, "small.ts"), { seconds: 3, width: 320, height: 240, frameRate: "25" });
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(
    parts: readonly (Omit<AssemblyPart, "input" | "hasSound"> & { file: string })[],
    video: Partial<AssemblyPlan["video"]> = {},
  ): Promise<{ look: Look; durationMs: number }> {
    const path = `${++made}.mp4`;
    const { durationMs } = await assemble({
      parts: parts.map(({ file, ...part }) => ({ ...part, input: join(folder, file), hasSound: true })),
      folder,
      path,
      video: { copy: false, maxBitrate: 3_000_000, gopSeconds: 2, ...video },
      audio: { bitrate: 128_000 },
    });
    return { look: await lookAt(join(folder, path)), durationMs };
  }

  const at = (seconds: number, frames: number) => ({ seconds, frames });

  it("begins and ends with exactly the frames that are named, anywhere in a GOP, with their sound", async () => {
    const { look, durationMs } = await run([{ file: "in.ts", from: at(3, 7), to: at(4, 21) }]);
    assert.equal(durationMs, 1500);
    assert.deepEqual([look.pictures.length, look.clockMs, look.lastClockMs], [45, 3233, 4700]);
    assert.deepEqual([look.pictures[0]!.at, look.pictures[44]!.at], [0, 44 / 30]);
    assert.equal(look.loud.length, 1);
    const [from, to] = look.loud[0]!;
    assert.ok(from < 0.03 && Math.abs(to - 1.5) < 0.03, JSON.stringify(look.loud));
  });

  it("joins parts of several files in order; one without sound is silent", async () => {
    const { look, durationMs } = await run([
      { file: "in.ts", from: at(6, 0), to: at(6, 29) },
      { file: "silent.ts", from: at(1, 3), to: at(2, 2) },
      { file: "in.ts", from: at(1, 15), to: at(1, 29) },
    ]);
    assert.equal(durationMs, 2500);
    assert.deepEqual([look.pictures.length, look.clockMs, look.lastClockMs], [75, 6000, 1967]);
    const rounded = look.loud.map((range) => range.map((time) => Math.round(time * 10) / 10));
    assert.deepEqual(rounded, [
      [0, 1],
      [2, 2.5],
    ]);
  });

  it("counts frames, not seconds, at 30000/1001 frames a second", async () => {
    const { look } = await run([{ file: "ntsc.ts", from: at(2, 0), to: at(2, 29) }]);
    assert.deepEqual([look.pictures.length, look.clockMs, look.lastClockMs], [30, 2002, 2970]);
  });

  it("crops a part, and fits others into the picture's size and rate", async () => {
    const { look, durationMs } = await run(
      [
        { file: "in.ts", from: at(0, 0), to: at(0, 29), crop: { x: 100, y: 0, width: 202, height: 360 } },
        { file: "small.ts", from: at(0, 0), to: at(0, 24) },
      ],
      { width: 202, height: 360 },
    );
    assert.deepEqual([look.width, look.height, durationMs, look.pictures.length], [202, 360, 2000, 60]);
  });

  it("takes whole files, and what there is of one that ends too early", async () => {
    const whole = await run([{ file: "silent.ts" }, { file: "in.ts", from: at(7, 0), to: at(9, 0) }]);
    assert.deepEqual([whole.durationMs, whole.look.pictures.length], [5000, 150]);
  });

  it("refuses what the file doesn't have, in one sentence", async () => {
    const cases: [Omit<AssemblyPart, "input" | "hasSound">, string][] = [
      [{ from: at(20, 0), to: at(21, 0) }, "A clip of an input starts after the input's end."],
      [{ from: at(2, 0), to: at(1, 0) }, "A clip of an input ends before it starts."],
      [{ from: at(1, 30) }, "A timecode counts frame 30 of a second, and the file has 30 frames a second."],
      [{ crop: { x: 500, y: 0, width: 202, height: 360 } }, "A crop rectangle reaches beyond the picture of 640x360."],
    ];
    for (const [part, message] of cases)
      await assert.rejects(run([{ file: "in.ts", ...part }]), (error) => {
        assert.ok(error instanceof MediaError);
        assert.equal(error.message, message);
        return true;
      });
  });
});

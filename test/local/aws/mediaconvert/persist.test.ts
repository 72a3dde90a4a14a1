import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskFullError } from "../../../../local/aws/mediaconvert/room.ts";
import { persist } from "../../../../local/aws/mediaconvert/persist.ts";
import { endResting } from "../../../../local/media/convert/job-process.ts";
import { convert, ConverterDied, MediaError } from "../../../../local/media/convert/run.ts";
import { makeRecording } from "../../../support/media.ts";
import { childPids } from "../medialive/media-probe.ts";

describe("a conversion", function () {
  this.timeout(30_000);
  let folder: string;
  let notes: string[];
  const patience = { afterDeathMs: 1, whileFullMs: 1 };
  const options = () => ({
    signal: new AbortController().signal,
    patience,
    note: (text: string) => void notes.push(text),
  });
  /** Converts, and kills the process that does as soon as it says how far it is. */
  const convertAndKill = (): Promise<unknown> =>
    convert(
      { input: join(folder, "in.ts"), folder, outputs: [{ kind: "mp4", path: "out.mp4", video: { copy: true } }] },
      { onProgress: () => childPids("convert/job.ts").forEach((pid) => process.kill(pid, "SIGKILL")) },
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "persist-"));
    await makeRecording(join(folder, "in.ts"), { seconds: 20 });
  });
  beforeEach(() => {
    notes = [];
    endResting();
  });
  after(async () => {
    endResting();
    await rm(folder, { recursive: true, force: true });
  });

  it("is done again when its process is killed", async () => {
    let tries = 0;
    const plan = {
      input: join(folder, "in.ts"),
      folder,
      outputs: [{ kind: "mp4", path: "out.mp4", video: { copy: true } } as const],
    };
    const { durationMs } = await persist(async () => {
      if (++tries === 1) await convertAndKill();
      return convert(plan);
    }, options());
    assert.equal(durationMs, 20_000);
    assert.deepEqual([tries, notes], [2, ["The converting process ended with SIGKILL."]]);
  });

  it("fails when its process dies three times", async () => {
    await assert.rejects(persist(convertAndKill, options()), ConverterDied);
    assert.equal(notes.length, 2);
  });

  it("waits for as long as the disk is full", async () => {
    let tries = 0;
    const done = await persist(async () => {
      if (++tries < 20) throw new DiskFullError("64 MB are needed, and 3 MB are free");
      return "done";
    }, options());
    assert.deepEqual([done, notes.length], ["done", 19]);
  });

  it("fails at once on bad media, and ends when it is stopped", async () => {
    const bad = new MediaError("The file has no video that can be decoded.");
    await assert.rejects(
      persist(() => Promise.reject(bad), options()),
      bad,
    );
    const stop = new AbortController();
    const waiting = persist(() => Promise.reject(new DiskFullError("full")), {
      ...options(),
      patience: { afterDeathMs: 1, whileFullMs: 60_000 },
      signal: stop.signal,
    });
    stop.abort();
    await assert.rejects(waiting, { name: "AbortError" });
  });
});

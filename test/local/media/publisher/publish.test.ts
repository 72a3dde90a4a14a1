import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Demuxer } from "node-av/api";
import { publish } from "../../../../local/media/publisher/publish.ts";
import { lookAt } from "../live/look-at.ts";
import { until } from "../../../support/until.ts";

interface SentPacket {
  atMs: number;
  bytes: number;
  keyframe: boolean;
}

describe("publishing", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "publish-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  /** What a file that was published to has: its pictures, and the times of its sound. */
  async function sent(file: string): Promise<{ pictures: SentPacket[]; soundMs: number[] }> {
    const source = await Demuxer.open(file);
    const pictures: SentPacket[] = [];
    const soundMs: number[] = [];
    const video = source.video()?.index;
    for (const packet of source.packetsSync()) {
      if (packet === null) break;
      const atMs = Math.round((Number(packet.dts) * 1000 * packet.timeBase.num) / packet.timeBase.den);
      if (packet.streamIndex === video) pictures.push({ atMs, bytes: packet.size, keyframe: packet.isKeyframe });
      else soundMs.push(atMs);
      packet.free();
    }
    source.closeSync();
    return { pictures, soundMs };
  }

  const rising = (times: readonly number[]): boolean => times.every((time, i) => i === 0 || time > times[i - 1]!);
  const small = { width: 320, height: 180, frameRate: 24, bitrate: 500_000, preset: "ultrafast" } as const;

  it("sends the scenes of a loop again as they were encoded, without a gap", async () => {
    const url = join(folder, "loop.flv");
    // Not a whole number of groups of pictures, nor of frames of sound.
    const publisher = publish({ ...small, url, scenes: [{ picture: "test", seconds: 3 }], loop: true, speed: 20 });
    await publisher.started;
    await until(() => statSync(url).size > 800_000, 20_000);
    await publisher.stop();
    const { pictures, soundMs } = await sent(url);
    assert.ok(pictures.length > 3 * 72, `${pictures.length} pictures`);
    const first = pictures.slice(0, 72);
    for (const [i, { atMs, bytes, keyframe }] of pictures.entries()) {
      const pass = Math.floor(i / 72);
      const same = first[i % 72]!;
      assert.deepEqual({ atMs, bytes, keyframe }, { ...same, atMs: same.atMs + pass * 3000 }, `picture ${i}`);
    }
    assert.equal(first[0]?.keyframe, true);
    assert.ok(rising(soundMs));
    const steps = new Set(soundMs.map((time, i) => time - (soundMs[i - 1] ?? time - 21)));
    assert.ok(Math.max(...steps) <= 43, [...steps].join());
  });

  it("starts a prepared stream at its time, with that time's clock in the pictures", async () => {
    const url = join(folder, "prepared.flv");
    const startAt = Date.now() + 4000;
    const scenes = [{ picture: "test", seconds: 1 }] as const;
    const publisher = publish({ ...small, url, scenes, prepare: true, clock: true, startAt });
    assert.equal(await publisher.started, startAt);
    const { startedAt } = await publisher.done;
    assert.equal(startedAt, startAt);
    assert.ok(Date.now() >= startAt + 900);
    assert.equal((await sent(url)).pictures.length, 24);
    assert.equal((await lookAt(url)).clockMs, startAt);
  });

  it("refuses to start a prepared stream later than at its time", async () => {
    const url = join(folder, "late.flv");
    const scenes = [{ picture: "test", seconds: 1 }] as const;
    await assert.rejects(publish({ ...small, url, scenes, prepare: true, startAt: Date.now() }).done, {
      code: "publish-failed",
      message: "Streaming failed: encoding took longer than until the time at which the stream starts.",
    });
  });
});

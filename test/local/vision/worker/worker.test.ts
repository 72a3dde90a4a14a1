import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { distance, similarity } from "../../../../local/vision/similarity.ts";
import type { FaceReport } from "../../../../local/vision/report.ts";
import { FaceWorker, FaceWorkerError } from "../../../../local/vision/worker/index.ts";
import { eventually } from "../../../support/cloud.ts";
import { quietLog } from "../../../support/storage.ts";
import { excerpt, footage, photo } from "../footage.ts";

describe("the vision worker", function () {
  this.timeout(60_000);
  let folder: string;
  let worker: FaceWorker;
  let franck: Buffer;
  let otherMan: Buffer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "vision-"));
    worker = new FaceWorker({ log: quietLog });
    [franck, otherMan] = await Promise.all([photo("franck", 60), photo("otherMan", 20)]);
  });
  after(async () => {
    await worker.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const onlyFace = async (bytes: Uint8Array): Promise<FaceReport> => {
    const { faces } = await worker.still(bytes);
    assert.equal(faces.length, 1);
    return faces[0]!;
  };

  it("finds the only face in a photo, with eyes, nose and mouth in their order", async () => {
    const { width, height, faces } = await worker.still(franck);
    assert.deepEqual([width, height, faces.length], [360, 288, 1]);
    const { box, landmarks, confidence, roll, pixels, embedding } = faces[0]!;
    assert.ok(confidence > 95 && confidence <= 100);
    assert.ok(box.left > 0.3 && box.left + box.width < 0.85 && box.top > 0.1 && box.top + box.height < 1);
    assert.ok(Math.abs(pixels - box.height * 288) < 1e-6);
    assert.ok(landmarks.eyeLeft.x < landmarks.nose.x && landmarks.nose.x < landmarks.eyeRight.x);
    assert.ok(landmarks.eyeLeft.y < landmarks.nose.y && landmarks.nose.y < landmarks.mouthLeft.y);
    assert.ok(Math.abs(roll) < 30);
    assert.equal(embedding.length, 128);
  });

  it("finds no face in a picture without faces", async () => {
    const noise = {
      create: {
        width: 640,
        height: 480,
        channels: 3,
        background: "#808080",
        noise: { type: "gaussian", mean: 128, sigma: 40 },
      },
    } as const;
    assert.deepEqual((await worker.still(await sharp(noise).jpeg().toBuffer())).faces, []);
  });

  it("turns a photo upright according to its EXIF orientation", async () => {
    const sideways = await sharp(franck).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const upright = await onlyFace(franck);
    const turned = await onlyFace(sideways);
    assert.ok(Math.abs(turned.box.left - upright.box.left) < 0.02 && Math.abs(turned.box.top - upright.box.top) < 0.02);
    assert.ok(distance(turned.embedding, upright.embedding) < 0.2);
  });

  it("finds a face that fills the photo, and its position", async () => {
    const { box } = await onlyFace(franck);
    const [left, top] = [
      Math.round((box.left + 0.08 * box.width) * 360),
      Math.round((box.top + 0.08 * box.height) * 288),
    ];
    const [width, height] = [Math.round(box.width * 0.84 * 360), Math.round(box.height * 0.84 * 288)];
    const tight = await onlyFace(await sharp(franck).extract({ left, top, width, height }).jpeg().toBuffer());
    assert.ok(
      Math.abs(tight.box.left + tight.box.width / 2 - 0.5) < 0.12 &&
        Math.abs(tight.box.top + tight.box.height / 2 - 0.5) < 0.12,
    );
    assert.ok(similarity(distance(tight.embedding, (await onlyFace(franck)).embedding)) >= 80);
  });

  it("rejects files that are not pictures, damaged pictures and decompression bombs", async () => {
    const refused = (code: string) => (error: unknown) => error instanceof FaceWorkerError && error.code === code;
    await assert.rejects(worker.still(Buffer.from("not a picture")), refused("format"));
    await assert.rejects(worker.still(franck.subarray(0, franck.length / 2)), refused("format"));
    await assert.rejects(worker.still(await sharp(franck).webp().toBuffer()), refused("format"));
    const bomb = await sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: "black" } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    assert.ok(bomb.length < 2_000_000);
    await assert.rejects(worker.still(bomb), refused("too-large"));
  });

  it("distinguishes two men in every frame of their videos", async () => {
    const file = join(folder, "franck.mp4");
    await excerpt("franck", 10, file);
    const { info, frames } = await worker.video(file);
    assert.deepEqual(info, {
      codec: "h264",
      format: "QuickTime / MOV",
      durationMs: info.durationMs,
      frameRate: 24,
      width: 360,
      height: 288,
      fullRange: false,
    });
    assert.ok(Math.abs(info.durationMs - 10_000) < 200);
    const other = await worker.video(await footage.otherManAgain());

    const him = (await onlyFace(franck)).embedding;
    const notHim = (await onlyFace(otherMan)).embedding;
    for (const { faces } of frames) {
      assert.equal(faces.length, 1);
      assert.ok(distance(faces[0]!.embedding, him) < 0.5);
      assert.ok(distance(faces[0]!.embedding, notHim) > 0.65);
    }
    assert.ok(other.frames.length >= 61);
    for (const { faces } of other.frames) {
      assert.equal(faces.length, 1);
      assert.ok(distance(faces[0]!.embedding, notHim) < 0.5);
      assert.ok(distance(faces[0]!.embedding, him) > 0.65);
    }
  });

  it("samples twice a second and reports the frames' own times", async () => {
    const { frames } = await worker.video(await footage.otherManAgain());
    assert.equal(frames[0]!.timeMs, 0);
    for (const [i, { timeMs }] of frames.entries()) {
      // 25 frames a second: every time is a multiple of 40 ms; at most three frames after the half second.
      assert.equal(timeMs % 40, 0);
      assert.ok(timeMs >= i * 500 && timeMs < i * 500 + 120, `frame ${i} is at ${timeMs} ms`);
    }
  });

  it("rejects a file that is not a video or has no pictures", async () => {
    const file = join(folder, "text.mp4");
    await writeFile(file, "no video");
    await assert.rejects(
      worker.video(file),
      (error) => error instanceof FaceWorkerError && error.code === "VIDEO_UNREADABLE",
    );
  });

  it("analyses the readable part of a truncated video", async () => {
    const whole = join(folder, "whole.ts");
    await writeFile(whole, (await readFile(await footage.franck())).subarray(0, 1000));
    await assert.rejects(
      worker.video(whole),
      (error) => error instanceof FaceWorkerError && error.code === "VIDEO_UNREADABLE",
    );
  });

  it("rejects the task during which its process died, and runs the next one in a new process", async () => {
    const task = worker.video(await footage.franck());
    const first = worker.pid;
    assert.ok(first !== undefined);
    process.kill(first, "SIGKILL");
    await assert.rejects(task, (error) => error instanceof FaceWorkerError && error.code === "CRASHED");
    await onlyFace(franck);
    assert.notEqual(worker.pid, first);
  });

  it("ends its process when it is idle", async () => {
    const brief = new FaceWorker({ log: quietLog, idleMs: 50 });
    try {
      await brief.still(franck);
      await eventually(() => (brief.pid === undefined ? true : undefined), "The end of the idle process");
    } finally {
      await brief.stop();
    }
  });

  it("rejects unfinished and later tasks once it is stopped", async () => {
    const stopped = new FaceWorker({ log: quietLog });
    const task = assert.rejects(
      stopped.still(franck),
      (error) => error instanceof FaceWorkerError && error.code === "STOPPED",
    );
    await stopped.stop();
    await task;
    await assert.rejects(
      stopped.still(franck),
      (error) => error instanceof FaceWorkerError && error.code === "STOPPED",
    );
  });
});

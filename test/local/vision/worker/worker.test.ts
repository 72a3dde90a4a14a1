import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { ensureModels } from "../../../../local/vision/models/index.ts";
import { chooseRecogniser, similarity } from "../../../../local/vision/recognisers/index.ts";
import type { FaceReport } from "../../../../local/vision/report.ts";
import { FaceWorker, FaceWorkerError } from "../../../../local/vision/worker/index.ts";
import { eventually } from "../../../support/cloud.ts";
import { quietLog } from "../../../support/storage.ts";
import { excerpt, footage, photo } from "../footage.ts";

const recogniser = chooseRecogniser();
const alike = (a: Float32Array, b: Float32Array): number => similarity(a, b, recogniser.curve);

describe("the vision worker", function () {
  this.timeout(60_000);
  let folder: string;
  let worker: FaceWorker;
  let franck: Buffer;
  let otherMan: Buffer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "vision-"));
    worker = new FaceWorker({ log: quietLog, recogniser });
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
    assert.equal(embedding.length, 512);
    assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-5);
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
    assert.ok(alike(turned.embedding, upright.embedding) > 99);
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
    assert.ok(alike(tight.embedding, (await onlyFace(franck)).embedding) >= 80);
  });

  it("reads JPEGs as libjpeg does: without their end, with stray bytes, followed by another picture", async () => {
    const segment = 2 + 2 + franck.readUInt16BE(4);
    const stray = [franck.subarray(0, segment), Buffer.from("00abcd", "hex"), franck.subarray(segment)];
    for (const bytes of [franck.subarray(0, -2), Buffer.concat(stray), Buffer.concat([franck, otherMan])])
      assert.ok(alike((await onlyFace(bytes)).embedding, (await onlyFace(franck)).embedding) > 99);
  });

  it("recognises a face in a photo that lies on its side or upside down, at its place", async () => {
    const upright = await onlyFace(franck);
    for (const degrees of [90, 180, 270]) {
      const turned = await onlyFace(await sharp(franck).rotate(degrees).png().toBuffer());
      assert.ok(alike(turned.embedding, upright.embedding) > 99, `${degrees} degrees`);
      const roll = ((turned.roll - upright.roll - degrees + 540) % 360) - 180;
      assert.ok(Math.abs(roll) < 10, `${degrees} degrees: ${turned.roll}`);
      const { left, top, width, height } = turned.box;
      const middle = { x: left + width / 2, y: top + height / 2 };
      const was = { x: upright.box.left + upright.box.width / 2, y: upright.box.top + upright.box.height / 2 };
      const expected =
        degrees === 90
          ? { x: 1 - was.y, y: was.x }
          : degrees === 180
            ? { x: 1 - was.x, y: 1 - was.y }
            : { x: was.y, y: 1 - was.x };
      assert.ok(Math.hypot(middle.x - expected.x, middle.y - expected.y) < 0.05, `${degrees} degrees`);
    }
  });

  it("sees little of a blurred face", async () => {
    const { quality } = await onlyFace(franck);
    const blurred = await onlyFace(await sharp(franck).blur(6).jpeg().toBuffer());
    assert.ok(blurred.quality.sharpness < quality.sharpness / 4);
  });

  it("runs a user's own network", async () => {
    const file = join(folder, "own.onnx");
    await copyFile((await ensureModels()).recognisers.mobilefacenet, file);
    await writeFile(
      join(folder, "own.json"),
      JSON.stringify({ name: "own", cosineAt80: 0.46, mean: 127, scale: 1 / 128 }),
    );
    const own = new FaceWorker({ log: quietLog, recogniser: chooseRecogniser(file) });
    try {
      const [face] = (await own.still(franck)).faces;
      assert.ok(alike(face!.embedding, (await onlyFace(franck)).embedding) > 99.9);
    } finally {
      await own.stop();
    }
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
      assert.ok(alike(faces[0]!.embedding, him) > 90);
      assert.ok(alike(faces[0]!.embedding, notHim) < 5);
    }
    assert.ok(other.frames.length >= 61);
    for (const { faces } of other.frames) {
      assert.equal(faces.length, 1);
      assert.ok(alike(faces[0]!.embedding, notHim) > 90);
      assert.ok(alike(faces[0]!.embedding, him) < 5);
    }
  });

  it("samples twice a second, and the last frame, and reports the frames' own times", async () => {
    const { info, frames } = await worker.video(await footage.otherManAgain());
    const times = frames.map(({ timeMs }) => timeMs);
    assert.equal(times[0], 0);
    // 25 frames a second: every time is a multiple of 40 ms; at most three frames after the half second.
    for (const time of times) assert.equal(time % 40, 0);
    for (let at = 0; at < 30_000; at += 500)
      assert.ok(
        times.some((time) => time >= at && time < at + 120),
        `there is no sample at ${at} ms`,
      );
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert.ok(times.at(-1)! > info.durationMs - 120);
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
    const brief = new FaceWorker({ log: quietLog, recogniser, idleMs: 50 });
    try {
      await brief.still(franck);
      await eventually(() => (brief.pid === undefined ? true : undefined), "The end of the idle process");
    } finally {
      await brief.stop();
    }
  });

  it("rejects unfinished and later tasks once it is stopped", async () => {
    const stopped = new FaceWorker({ log: quietLog, recogniser });
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

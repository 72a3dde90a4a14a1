import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createContext, runInContext, type Context } from "node:vm";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { anchorBoxes } from "../../../../local/vision/detector.ts";
import { ensureModels, type ModelFiles } from "../../../../local/vision/models/index.ts";

describe("the converted networks", () => {
  let folder: string;
  let files: ModelFiles;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "models-"));
    files = await ensureModels(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("are converted once and leave nothing half written", async () => {
    const before = await readdir(folder);
    assert.deepEqual(await ensureModels(folder), files);
    assert.deepEqual(await readdir(folder), before);
    assert.equal(before.length, 1);
  });

  it("are converted by two concurrent callers", async () => {
    const other = await mkdtemp(join(tmpdir(), "models-"));
    try {
      const [one, two] = await Promise.all([ensureModels(other), ensureModels(other)]);
      assert.deepEqual(one, two);
      assert.equal((await readdir(other)).length, 1);
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it("return the same numbers as face-api", async () => {
    const reference = await faceApi();
    const embedding = await run(files.recognisers.dlib, "chips", "embeddings", 150);
    assertClose(embedding, reference("faceRecognitionNet", 150), 1e-5);
    const landmarks = await run(files.landmarks, "faces", "points", 112);
    assertClose(landmarks, reference("faceLandmark68Net", 112), 1e-5);
  }).timeout(60_000);

  it("process several faces at once, each as if alone", async () => {
    const session = await InferenceSession.create(files.recognisers.dlib);
    const one = picture(150);
    const both = new Float32Array(one.length * 2);
    both.set(one.map((value) => 255 - value));
    both.set(one, one.length);
    const { embeddings } = await session.run({ chips: new Tensor("float32", both, [2, 3, 150, 150]) });
    assertClose(numbers(embeddings).subarray(128), await run(files.recognisers.dlib, "chips", "embeddings", 150), 1e-5);
  });

  it("detect on any canvas, with one score and four offsets per anchor", async () => {
    const session = await InferenceSession.create(files.detector);
    for (const [width, height] of [
      [640, 360],
      [720, 1280],
      [160, 160],
    ] as const) {
      const result = await session.run({
        input: new Tensor("float32", new Float32Array(3 * width * height), [1, 3, height, width]),
      });
      const anchors = anchorBoxes(width, height).length / 3;
      assert.deepEqual(result["scores"]?.dims, [1, anchors, 2]);
      assert.deepEqual(result["462"]?.dims, [1, anchors, 4]);
    }
  });
});

/** A fixed picture as red, green and blue planes. */
function picture(side: number): Float32Array {
  return Float32Array.from({ length: side * side * 3 }, (_, i) =>
    Math.round(127 + 100 * Math.sin(i * 0.013) + 27 * Math.sin(i * i * 0.7)),
  );
}

async function run(file: string, input: string, output: string, side: number): Promise<Float32Array> {
  const session = await InferenceSession.create(file);
  const result = await session.run({ [input]: new Tensor("float32", picture(side), [1, 3, side, side]) });
  return numbers(result[output]);
}

function numbers(tensor: Tensor | undefined): Float32Array {
  assert.ok(tensor?.data instanceof Float32Array);
  return tensor.data;
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i]! - expected[i]!) < tolerance, `value ${i}: ${actual[i]} is not ${expected[i]}`);
}

/**
 * face-api with its own TensorFlow.js, in a context that looks like a browser's worker (it ships no build that runs in
 * Node.js by itself). Answers with the output of one of its networks for {@link picture}.
 */
async function faceApi(): Promise<(net: "faceRecognitionNet" | "faceLandmark68Net", side: number) => number[]> {
  const root = dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"));
  const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
  const context: Context = createContext({
    TextEncoder,
    TextDecoder,
    performance,
    setTimeout,
    clearTimeout,
    URL,
    console: silent,
  });
  context["self"] = context;
  runInContext(`${await readFile(join(root, "dist", "face-api.js"), "utf8")}; self.faceapi = faceapi;`, context);
  for (const [net, name] of [
    ["faceRecognitionNet", "face_recognition_model"],
    ["faceLandmark68Net", "face_landmark_68_model"],
  ] as const) {
    context["bytes"] = await readFile(join(root, "model", `${name}.bin`));
    context["manifest"] = JSON.parse(
      await readFile(join(root, "model", `${name}-weights_manifest.json`), "utf8"),
    ) as unknown;
    await (runInContext(
      `(async () => {
        const { tf, nets } = faceapi;
        tf.env().setPlatform("test", { isTypedArray: ArrayBuffer.isView, now: () => performance.now() });
        await tf.setBackend("cpu");
        const weights = new Uint8Array(bytes.length);
        weights.set(bytes);
        nets.${net}.loadFromWeightMap(tf.io.decodeWeights(weights.buffer, manifest[0].weights));
      })()`,
      context,
    ) as Promise<void>);
  }
  return (net, side) => {
    context["pixels"] = picture(side);
    context["side"] = side;
    const output: unknown = runInContext(
      `(() => {
        const { tf, nets } = faceapi;
        const tensor = tf.tensor4d(Array.from(pixels), [1, 3, side, side]);
        const input = { toBatchTensor: () => tf.transpose(tensor, [0, 2, 3, 1]) };
        const net = nets.${net};
        const extractor = net.faceFeatureExtractor;
        const output = extractor ? net.runNet(extractor.forwardInput(input)) : net.forwardInput(input);
        return JSON.stringify(Array.from(output.dataSync()));
      })()`,
      context,
    );
    return JSON.parse(String(output)) as number[];
  };
}

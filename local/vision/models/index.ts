import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { assetFile, projectFolder } from "../../assets/index.ts";
import { detectorNet } from "./detector-net.ts";
import { embeddingNet } from "./embedding-net.ts";
import { landmarkNet } from "./landmark-net.ts";
import { readTfjsWeights } from "./tfjs-weights.ts";

/** Paths of the networks as ONNX files. */
export interface ModelFiles {
  detector: string;
  landmarks: string;
  /** The recognisers that come with the project, by their names. */
  recognisers: Record<"dlib" | "mobilefacenet", string>;
}

/**
 * The networks, converted on first use if necessary (about a second) and kept in an ignored folder named after a digest
 * of the published weights and the converter's source, so that a change to either converts them again.
 */
export async function ensureModels(cacheFolder = join(projectFolder, ".cache", "models")): Promise<ModelFiles> {
  const sources = await sourceFiles();
  const folder = join(cacheFolder, await digestOf([...Object.values(sources), ...(await converterFiles())]));
  const files: ModelFiles = {
    detector: join(folder, "detector.onnx"),
    landmarks: join(folder, "landmarks.onnx"),
    recognisers: { dlib: join(folder, "dlib.onnx"), mobilefacenet: sources.mobileFaceNet },
  };
  if (existsSync(folder)) return files;

  const work = join(cacheFolder, `.${randomUUID()}`);
  await mkdir(work, { recursive: true });
  try {
    await writeFile(join(work, "detector.onnx"), detectorNet(await readFile(sources.detector)));
    await writeFile(join(work, "landmarks.onnx"), landmarkNet(await readTfjsWeights(sources.landmarkManifest)));
    await writeFile(join(work, "dlib.onnx"), embeddingNet(await readTfjsWeights(sources.embeddingManifest)));
    await rename(work, folder);
  } catch (cause) {
    // Another process may have finished first; its folder is equivalent.
    if (!existsSync(folder)) throw cause;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return files;
}

async function sourceFiles() {
  const faceApi = dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"));
  const model = (name: string): string => join(faceApi, "model", name);
  return {
    detector: await assetFile("faceNetworks", "model/fr_detect.onnx"),
    mobileFaceNet: await assetFile("faceNetworks", "model/fr_feature.onnx"),
    landmarkManifest: model("face_landmark_68_model-weights_manifest.json"),
    landmarkWeights: model("face_landmark_68_model.bin"),
    embeddingManifest: model("face_recognition_model-weights_manifest.json"),
    embeddingWeights: model("face_recognition_model.bin"),
  };
}

async function converterFiles(): Promise<string[]> {
  const names = await readdir(import.meta.dirname);
  return names.sort().map((name) => join(import.meta.dirname, name));
}

async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 16);
}

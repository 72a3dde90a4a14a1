import { InferenceSession, Tensor } from "onnxruntime-node";
import { FaceDetector, floats, type Detection } from "./detector.ts";
import { coverage, height, moveAndScale, overlap, squareAround, type Box } from "./geometry/box.ts";
import { faceChip } from "./geometry/face-chip.ts";
import { cropTransform, type Point } from "./geometry/transform.ts";
import type { Image } from "./image.ts";
import { embeddingInputSize } from "./models/embedding-net.ts";
import type { ModelFiles } from "./models/index.ts";
import { landmarkInputSize } from "./models/landmark-net.ts";
import { measureQuality, type Quality } from "./quality.ts";
import { warp } from "./warp.ts";

/** One face in a picture; positions are in the picture's pixels. */
export interface Face {
  box: Box;
  /** Probability that it is a face, 0–1. */
  confidence: number;
  /** The 68 points of the iBUG 300-W scheme: jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67. */
  landmarks: Point[];
  /** 128 numbers; faces of the same person are close together. */
  embedding: Float32Array;
  quality: Quality;
}

/** Longer and shorter side of the canvas that is searched for faces; portrait for portrait pictures. */
export const canvasSides = { long: 640, short: 384 };

const minScore = 0.7;
/** A real face is detected again on an enlarged crop around it; a false detection is not. */
const secondLook = { canvas: 160, scale: 2, minScore: 0.7, minOverlap: 0.4 };

/**
 * A box that lies more than this within a more certain face is part of that face: an extreme close-up is detected as
 * several faces.
 */
const maxCoverage = 0.5;

/**
 * Finds, aligns and describes faces with three networks, each on one thread: process several pictures at once to use
 * more cores.
 */
export class FaceAnalyser {
  readonly #detector: FaceDetector;
  readonly #landmarks: InferenceSession;
  readonly #embedding: InferenceSession;

  private constructor(detector: FaceDetector, landmarks: InferenceSession, embedding: InferenceSession) {
    this.#detector = detector;
    this.#landmarks = landmarks;
    this.#embedding = embedding;
  }

  static async load(files: ModelFiles): Promise<FaceAnalyser> {
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: "sequential",
      graphOptimizationLevel: "all",
    };
    const open = (file: string): Promise<InferenceSession> => InferenceSession.create(file, options);
    const [detector, landmarks, embedding] = await Promise.all([
      open(files.detector),
      open(files.landmarks),
      open(files.embedding),
    ]);
    return new FaceAnalyser(new FaceDetector(detector), landmarks, embedding);
  }

  /**
   * The faces on a canvas that holds a scaled copy of the picture in its upper left: candidates only, in canvas pixels.
   * If there are any, the caller passes the picture itself to {@link describe}.
   */
  find(canvas: Image): Promise<Detection[]> {
    return this.#detector.detect(canvas, minScore);
  }

  /**
   * Describes the candidates (boxes in the picture's own pixels, best first) that are at least `minPixels` high and
   * prove to be faces.
   */
  async describe(image: Image, candidates: readonly Detection[], minPixels: number): Promise<Face[]> {
    const faces: Face[] = [];
    for (const { box, score } of candidates) {
      if (
        height(box) < minPixels ||
        faces.some((face) => coverage(face.box, box) > maxCoverage) ||
        !(await this.#isFace(image, box))
      )
        continue;
      const landmarks = await this.#findLandmarks(image, box);
      const chip = warp(image, faceChip(landmarks, embeddingInputSize), embeddingInputSize, embeddingInputSize);
      const quality = measureQuality(chip, embeddingInputSize);
      faces.push({ box, confidence: score, landmarks, quality, embedding: await this.#embed(chip) });
    }
    return faces;
  }

  async #isFace(image: Image, box: Box): Promise<boolean> {
    const side = secondLook.canvas;
    const crop = squareAround(box, secondLook.scale);
    const scale = side / (crop.right - crop.left);
    const expected = moveAndScale(box, -crop.left, -crop.top, scale);
    const found = await this.#detector.detectPlanes(
      warp(image, cropTransform(crop, side, side), side, side),
      side,
      side,
      secondLook.minScore,
    );
    return found.some((detection) => overlap(detection.box, expected) > secondLook.minOverlap);
  }

  async #findLandmarks(image: Image, box: Box): Promise<Point[]> {
    const side = landmarkInputSize;
    const crop = squareAround(box);
    const planes = warp(image, cropTransform(crop, side, side), side, side);
    const result = await this.#landmarks.run({ faces: new Tensor("float32", planes, [1, 3, side, side]) });
    const fractions = floats(result["points"]);
    const cropSide = crop.right - crop.left;
    return Array.from({ length: fractions.length / 2 }, (_, i) => ({
      x: crop.left + fractions[2 * i]! * cropSide,
      y: crop.top + fractions[2 * i + 1]! * cropSide,
    }));
  }

  async #embed(chip: Float32Array): Promise<Float32Array> {
    const result = await this.#embedding.run({
      chips: new Tensor("float32", chip, [1, 3, embeddingInputSize, embeddingInputSize]),
    });
    return Float32Array.from(floats(result["embeddings"]));
  }
}

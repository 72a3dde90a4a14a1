import { InferenceSession, Tensor } from "onnxruntime-node";
import { FaceDetector, floats, type Detection } from "./detector.ts";
import { coverage, height, moveAndScale, overlap, squareAround, type Box } from "./geometry/box.ts";
import { cropTransform, type Point } from "./geometry/transform.ts";
import type { Image } from "./image.ts";
import type { ModelFiles } from "./models/index.ts";
import { landmarkInputSize } from "./models/landmark-net.ts";
import { fileOf, RecogniserNet, type Description } from "./recognisers/net.ts";
import type { Recogniser } from "./recognisers/recogniser.ts";
import { warp } from "./warp.ts";

/** One face in a picture; positions are in the picture's pixels. */
export interface Face extends Description {
  box: Box;
  /** Probability that it is a face, 0–1. */
  confidence: number;
  /** The 68 points of the iBUG 300-W scheme: jaw 0–16, brows 17–26, nose 27–35, eyes 36–47, mouth 48–67. */
  landmarks: Point[];
}

/** A canvas that is searched for faces. */
export interface CanvasSize {
  width: number;
  height: number;
}

/**
 * The canvases on which faces of a picture of this size are looked for, the next one where there is none on the one
 * before; portrait for portrait pictures. A large picture needs a large canvas, or a face of 40 pixels is missed; an
 * extreme close-up is found on a small one alone.
 */
export function canvasesFor(width: number, height: number): CanvasSize[] {
  const small = { long: 640, short: 360 };
  const sides = Math.max(width, height) > 1280 ? [{ long: 1280, short: 720 }, small] : [small];
  return sides.map(({ long, short }) =>
    height > width ? { width: short, height: long } : { width: long, height: short },
  );
}

const minScore = 0.7;
/** A real face is detected again on an enlarged crop around it; a false detection is not. */
const secondLook = { canvas: 160, scale: 2, minScore: 0.7, minOverlap: 0.4 };
/** A face that was there half a second ago is looked for in a square this much larger. */
const nearby = { scale: 3 };

/**
 * A box that lies more than this within a more certain face is part of that face: an extreme close-up is detected as
 * several faces.
 */
const maxCoverage = 0.5;

/** Finds, aligns and describes faces with three networks, on the thread that asks. */
export class FaceAnalyser {
  readonly #detector: FaceDetector;
  readonly #landmarks: InferenceSession;
  readonly #recogniser: RecogniserNet;

  private constructor(detector: FaceDetector, landmarks: InferenceSession, recogniser: RecogniserNet) {
    this.#detector = detector;
    this.#landmarks = landmarks;
    this.#recogniser = recogniser;
  }

  static async load(files: ModelFiles, recogniser: Recogniser): Promise<FaceAnalyser> {
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
      open(fileOf(recogniser, files)),
    ]);
    return new FaceAnalyser(new FaceDetector(detector), landmarks, new RecogniserNet(recogniser, embedding));
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
      faces.push({ box, confidence: score, landmarks, ...(await this.#recogniser.describe(image, landmarks)) });
    }
    return faces;
  }

  /** The face that was seen near `box` in another picture of the same shot, where it is now. */
  async locate(image: Image, box: Box): Promise<Box | undefined> {
    const found = await this.#searchAround(image, box, nearby.scale);
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const distance = (other: Box): number =>
      Math.hypot((other.left + other.right) / 2 - x, (other.top + other.bottom) / 2 - y);
    return found.map((detection) => detection.box).sort((a, b) => distance(a) - distance(b))[0];
  }

  async #isFace(image: Image, box: Box): Promise<boolean> {
    const found = await this.#searchAround(image, box, secondLook.scale);
    return found.some((detection) => overlap(detection.box, box) > secondLook.minOverlap);
  }

  /** The faces in a square around the box that is `scale` times as large, enlarged; best first. */
  async #searchAround(image: Image, box: Box, scale: number): Promise<Detection[]> {
    const side = secondLook.canvas;
    const crop = squareAround(box, scale);
    const found = await this.#detector.detectPlanes(
      warp(image, cropTransform(crop, side, side), side, side),
      side,
      side,
      secondLook.minScore,
    );
    const back = (crop.right - crop.left) / side;
    return found.map((detection) => ({
      ...detection,
      box: moveAndScale(moveAndScale(detection.box, 0, 0, back), crop.left, crop.top, 1),
    }));
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
}

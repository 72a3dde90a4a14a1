import { Tensor, type InferenceSession } from "onnxruntime-node";
import { floats } from "../detector.ts";
import { arcFaceChip, dlibChip } from "../geometry/face-chip.ts";
import type { Point } from "../geometry/transform.ts";
import type { Image } from "../image.ts";
import type { ModelFiles } from "../models/index.ts";
import { measureQuality, type Quality } from "../quality.ts";
import { warp } from "../warp.ts";
import { lengthOf, unit, type Recogniser } from "./recogniser.ts";

/** Where a recogniser's network is. */
export function fileOf({ name, file }: Recogniser, { recognisers }: ModelFiles): string {
  const found = file ?? (name === "dlib" || name === "mobilefacenet" ? recognisers[name] : undefined);
  if (found === undefined) throw new Error(`The face model "${name}" has no file.`);
  return found;
}

/** What a recogniser's network says of a face. */
export interface Description {
  /** A vector of length 1; those of the same person are close together. */
  embedding: Float32Array;
  /**
   * How clearly the network sees the face: little of a face that is turned away, covered or blurred, 1 for a clear
   * one, more for the clearest. `undefined` where it can't tell.
   */
  clarity: number | undefined;
  quality: Quality;
}

/** Distance of the eyes on a chip, in sides of the chip. */
const eyesApart = { arcface: 0.315, dlib: 0.364 } as const;

/** A recogniser's network, loaded. */
export class RecogniserNet {
  readonly #input: Recogniser["input"];
  readonly #clarity: Recogniser["clarity"];
  readonly #session: InferenceSession;

  constructor({ input, clarity }: Recogniser, session: InferenceSession) {
    this.#input = input;
    this.#clarity = clarity;
    this.#session = session;
  }

  /** The vector of the face with these 68 landmarks, and how well it can be seen. */
  async describe(image: Image, landmarks: readonly Point[]): Promise<Description> {
    const { side, alignment, channels, mean, scale } = this.#input;
    const chip = alignment === "dlib" ? dlibChip(landmarks, side) : arcFaceChip(landmarks, side);
    const planes = warp(image, chip, side, side);
    const quality = measureQuality(planes, side, eyesApart[alignment] * side);
    for (let i = 0; i < planes.length; i++) planes[i] = (planes[i]! - mean) * scale;
    const input = channels === "rgb" ? planes : reversePlanes(planes, side * side);
    const [inputName = "", outputName = ""] = [this.#session.inputNames[0], this.#session.outputNames[0]];
    const result = await this.#session.run({ [inputName]: new Tensor("float32", input, [1, 3, side, side]) });
    const vector = Float32Array.from(floats(result[outputName]));
    return { embedding: unit(vector), clarity: this.#clarityOf(lengthOf(vector)), quality };
  }

  #clarityOf(length: number): number | undefined {
    if (this.#clarity === undefined) return undefined;
    const { none, full } = this.#clarity;
    return Math.max(0, (length - none) / (full - none));
  }
}

/** Red, green and blue planes as blue, green and red, and the other way round. */
function reversePlanes(planes: Float32Array, length: number): Float32Array {
  const reversed = new Float32Array(planes.length);
  for (let plane = 0; plane < 3; plane++)
    reversed.set(planes.subarray(plane * length, (plane + 1) * length), (2 - plane) * length);
  return reversed;
}

import { InferenceSession, Tensor } from "onnxruntime-node";
import { bestOfOverlapping, type Box } from "./geometry/box.ts";
import type { Image } from "./image.ts";

/** A box on the searched canvas, with the network's probability (0–1) that it is a face. */
export interface Detection {
  box: Box;
  score: number;
}

/** UltraFace's anchor boxes: widths in pixels on each of its four maps, whose cells are `stride` pixels wide. */
const anchorMaps = [
  { stride: 8, sizes: [10, 16, 24] },
  { stride: 16, sizes: [32, 48] },
  { stride: 32, sizes: [64, 96] },
  { stride: 64, sizes: [128, 192, 256] },
];
/** Variances by which the network's offsets are scaled (centre, size). */
const centreVariance = 0.1;
const sizeVariance = 0.2;

/** Finds faces on canvases of any size. */
export class FaceDetector {
  readonly #session: InferenceSession;
  readonly #anchors = new Map<string, Float32Array>();
  /** The memory of large inputs that are done with, by length. */
  readonly #spare = new Map<number, Float32Array[]>();

  constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Every face on the canvas with at least `minScore`, best first. */
  async detect(canvas: Image, minScore: number): Promise<Detection[]> {
    const length = canvas.width * canvas.height * 3;
    const spare = this.#spare.get(length) ?? [];
    this.#spare.set(length, spare);
    const planes = spare.pop() ?? new Float32Array(length);
    try {
      fillPlanes(planes, canvas);
      return await this.#detect(planes, canvas.width, canvas.height, minScore);
    } finally {
      spare.push(planes);
    }
  }

  /** The same for red, green and blue planes of 0–255. The planes are normalized in place. */
  async detectPlanes(planes: Float32Array, width: number, height: number, minScore: number): Promise<Detection[]> {
    for (let i = 0; i < planes.length; i++) planes[i] = normalized(planes[i]!);
    return this.#detect(planes, width, height, minScore);
  }

  async #detect(planes: Float32Array, width: number, height: number, minScore: number): Promise<Detection[]> {
    const result = await this.#session.run({ input: new Tensor("float32", planes, [1, 3, height, width]) });
    const scores = floats(result["scores"]);
    const offsets = floats(result["462"]);
    return bestOfOverlapping(decodeBoxes(scores, offsets, this.#anchorsFor(width, height), minScore));
  }

  #anchorsFor(width: number, height: number): Float32Array {
    const key = `${width}x${height}`;
    const known = this.#anchors.get(key);
    if (known !== undefined) return known;
    const anchors = anchorBoxes(width, height);
    this.#anchors.set(key, anchors);
    return anchors;
  }
}

/** Centre x, centre y and size of every anchor box, in pixels, in the order of the network's outputs. */
export function anchorBoxes(width: number, height: number): Float32Array {
  const anchors: number[] = [];
  for (const { stride, sizes } of anchorMaps) {
    for (let row = 0; row < Math.ceil(height / stride); row++) {
      for (let column = 0; column < Math.ceil(width / stride); column++) {
        for (const size of sizes) anchors.push((column + 0.5) * stride, (row + 0.5) * stride, size);
      }
    }
  }
  return Float32Array.from(anchors);
}

function decodeBoxes(
  scores: Float32Array,
  offsets: Float32Array,
  anchors: Float32Array,
  minScore: number,
): Detection[] {
  const found: Detection[] = [];
  for (let i = 0; i < scores.length / 2; i++) {
    const score = scores[2 * i + 1]!;
    if (score < minScore) continue;
    const size = anchors[3 * i + 2]!;
    const centreX = anchors[3 * i]! + offsets[4 * i]! * centreVariance * size;
    const centreY = anchors[3 * i + 1]! + offsets[4 * i + 1]! * centreVariance * size;
    const halfWidth = (Math.exp(offsets[4 * i + 2]! * sizeVariance) * size) / 2;
    const halfHeight = (Math.exp(offsets[4 * i + 3]! * sizeVariance) * size) / 2;
    found.push({
      score,
      box: {
        left: centreX - halfWidth,
        top: centreY - halfHeight,
        right: centreX + halfWidth,
        bottom: centreY + halfHeight,
      },
    });
  }
  return found;
}

/** A colour of 0–255 in the range that the network was trained on. */
function normalized(colour: number): number {
  return (colour - 127) / 128;
}

const normalizedBytes = Float32Array.from({ length: 256 }, (_, colour) => normalized(colour));

/** Sets normalized planes to the canvas. */
function fillPlanes(planes: Float32Array, { data, width, height }: Image): void {
  const plane = width * height;
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    planes[i] = normalizedBytes[data[at]!]!;
    planes[plane + i] = normalizedBytes[data[at + 1]!]!;
    planes[2 * plane + i] = normalizedBytes[data[at + 2]!]!;
  }
}

/** The numbers of a network's output. */
export function floats(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data;
  throw new Error("The network returned no 32-bit floats.");
}

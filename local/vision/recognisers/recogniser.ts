/**
 * A network that describes a face by a vector, and what the distance of two such vectors means. Plain data: the vision
 * worker's process gets a copy.
 */
export interface Recogniser {
  /** Lower-case letters, digits and `-`. */
  name: string;
  /**
   * Identifies network and alignment; stored with every vector, as only vectors of one version can be compared.
   * Rekognition calls it the face model version: digits and points.
   */
  version: string;
  /** The network, ONNX. A network that comes with the project is found by the recogniser's name. */
  file?: string;
  /** What the network's only input expects: 1 × 3 × side × side, `(colour − mean) × scale`. */
  input: {
    /** Side of the square face chip in pixels. */
    side: number;
    /** How the face lies on the chip. */
    alignment: "arcface" | "dlib";
    channels: "rgb" | "bgr";
    mean: number;
    scale: number;
  };
  curve: Curve;
  /**
   * The length of the network's vector, before it is scaled to 1, tells how much of a person it sees: at `none` and
   * below nothing, at `full` all. Absent where the length tells nothing.
   */
  clarity?: { none: number; full: number };
  licence: string;
  /** Who made it, and from what, as far as is known. */
  provenance: string;
}

/** Turns distances of vectors into Rekognition's similarity. */
export interface Curve {
  /** The cosine of two vectors that means a similarity of 80, Rekognition's default threshold. */
  cosineAt80: number;
  /** How fast similarity falls with the Euclidean distance of the vectors, whose length is 1. */
  steepness: number;
}

/** Similarity of two faces, 0–100, from their vectors of length 1: a logistic curve of their distance. */
export function similarity(a: Float32Array, b: Float32Array, curve: Curve): number {
  const beyond = distance(a, b) - distanceOf(curve.cosineAt80);
  return 100 / (1 + Math.exp(curve.steepness * beyond) / 4);
}

/** Euclidean distance of two vectors. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

/** The Euclidean distance of vectors of length 1 with this cosine. */
function distanceOf(cosine: number): number {
  return Math.sqrt(2 - 2 * cosine);
}

/** The length of a vector. */
export function lengthOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

/** The vector scaled to length 1. */
export function unit(vector: Float32Array): Float32Array {
  const length = lengthOf(vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

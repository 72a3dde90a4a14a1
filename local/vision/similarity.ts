/** Euclidean distance of two face embeddings. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return Math.sqrt(sum);
}

/**
 * Similarity of two faces, 0–100, from the distance of their embeddings. A logistic curve, fitted on photos of eight
 * people so that Rekognition's default threshold 80 (distance 0.55) separates same from different people and 65 finds
 * nearly all.
 */
export function similarity(embeddingDistance: number): number {
  return 100 / (1 + Math.exp(24.7 * (embeddingDistance - 0.606)));
}

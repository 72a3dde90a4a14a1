/** Image quality of a face. Both 0–100; higher is brighter and sharper. */
export interface Quality {
  brightness: number;
  sharpness: number;
}

/** Mean gradient, in grey levels over a hundredth of the distance of the eyes, that counts as perfectly sharp. */
const sharpGradient = 6.5;

/**
 * Measures an aligned face chip of `side` × `side` pixels, given as red, green and blue planes of 0–255, on which the
 * eyes are `eyes` pixels apart.
 */
export function measureQuality(chip: Float32Array, side: number, eyes: number): Quality {
  const plane = side * side;
  const grey = new Float32Array(plane);
  let sum = 0;
  for (let i = 0; i < plane; i++) {
    // ITU-R BT.601 luma.
    grey[i] = 0.299 * chip[i]! + 0.587 * chip[plane + i]! + 0.114 * chip[2 * plane + i]!;
    sum += grey[i]!;
  }
  let gradients = 0;
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const at = y * side + x;
      gradients += Math.hypot(grey[at + 1]! - grey[at - 1]!, grey[at + side]! - grey[at - side]!) / 2;
    }
  }
  const gradient = ((gradients / (side - 2) ** 2) * eyes) / 100;
  return { brightness: (sum / plane / 255) * 100, sharpness: Math.min(1, gradient / sharpGradient) * 100 };
}

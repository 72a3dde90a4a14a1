import { magnification, type Transform } from "./geometry/transform.ts";
import type { Image } from "./image.ts";

/** More samples a side than this don't change what the networks see. */
const maxSamplesPerSide = 5;
/** From this many samples a side on, their average is smooth enough without interpolating each. */
const interpolateBelow = 3;

/**
 * Resamples a picture: pixel (x, y) of the result comes from `transform`(x, y) of `image`, interpolated, averaged
 * over several samples where the picture shrinks, black outside. Returns red, green and blue planes of 0–255.
 */
export function warp(image: Image, transform: Transform, columns: number, rows: number): Float32Array {
  const side = Math.max(1, Math.min(maxSamplesPerSide, Math.round(magnification(transform))));
  const resample = side < interpolateBelow ? interpolate : average;
  return resample(image, transform, columns, rows, side);
}

// Both loops run for every pixel of every face: they hold their sums in local variables on purpose.

/** The mean of the nearest pixels of `side` × `side` points of each pixel. */
function average(
  image: Image,
  { a, b, c, d, e, f }: Transform,
  columns: number,
  rows: number,
  side: number,
): Float32Array {
  const { data, width, height } = image;
  const share = 1 / (side * side);
  const plane = columns * rows;
  const planes = new Float32Array(plane * 3);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < side; j++) {
        const y = row + (j + 0.5) / side - 0.5;
        // Half a pixel more, so that cutting off the fraction rounds.
        let sourceX = a * (column + 0.5 / side - 0.5) + b * y + c + 0.5;
        let sourceY = d * (column + 0.5 / side - 0.5) + e * y + f + 0.5;
        for (let i = 0; i < side; i++, sourceX += a / side, sourceY += d / side) {
          if (sourceX < 0 || sourceY < 0 || sourceX >= width || sourceY >= height) continue;
          const pixel = ((sourceY | 0) * width + (sourceX | 0)) * 3;
          red += data[pixel]!;
          green += data[pixel + 1]!;
          blue += data[pixel + 2]!;
        }
      }
      planes[at] = red * share;
      planes[plane + at] = green * share;
      planes[2 * plane + at] = blue * share;
    }
  }
  return planes;
}

/** The mean of `side` × `side` points of each pixel, each interpolated between its four neighbours. */
function interpolate(
  image: Image,
  { a, b, c, d, e, f }: Transform,
  columns: number,
  rows: number,
  side: number,
): Float32Array {
  const { data, width, height } = image;
  const share = 1 / (side * side);
  const plane = columns * rows;
  const planes = new Float32Array(plane * 3);
  const maxX = width - 1;
  const maxY = height - 1;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < side; j++) {
        const y = row + (j + 0.5) / side - 0.5;
        for (let i = 0; i < side; i++) {
          const x = column + (i + 0.5) / side - 0.5;
          const sourceX = a * x + b * y + c;
          const sourceY = d * x + e * y + f;
          if (sourceX < -0.5 || sourceY < -0.5 || sourceX > maxX + 0.5 || sourceY > maxY + 0.5) continue;
          const insideX = sourceX < 0 ? 0 : sourceX > maxX ? maxX : sourceX;
          const insideY = sourceY < 0 ? 0 : sourceY > maxY ? maxY : sourceY;
          const left = insideX | 0;
          const top = insideY | 0;
          const rightShare = insideX - left;
          const bottomShare = insideY - top;
          const topLeft = (top * width + left) * 3;
          const topRight = left < maxX ? topLeft + 3 : topLeft;
          const down = top < maxY ? width * 3 : 0;
          const w00 = (1 - rightShare) * (1 - bottomShare);
          const w10 = rightShare * (1 - bottomShare);
          const w01 = (1 - rightShare) * bottomShare;
          const w11 = rightShare * bottomShare;
          red +=
            data[topLeft]! * w00 + data[topRight]! * w10 + data[topLeft + down]! * w01 + data[topRight + down]! * w11;
          green +=
            data[topLeft + 1]! * w00 +
            data[topRight + 1]! * w10 +
            data[topLeft + down + 1]! * w01 +
            data[topRight + down + 1]! * w11;
          blue +=
            data[topLeft + 2]! * w00 +
            data[topRight + 2]! * w10 +
            data[topLeft + down + 2]! * w01 +
            data[topRight + down + 2]! * w11;
        }
      }
      planes[at] = red * share;
      planes[plane + at] = green * share;
      planes[2 * plane + at] = blue * share;
    }
  }
  return planes;
}

import type { BoundingBox } from "@aws-sdk/client-rekognition";
import { ApiProblem } from "../problems.ts";
import type { ImageSize } from "./image-header.ts";

/**
 * The smallest face that a reference photo may show: its smaller side in pixels. Rekognition finds faces from 40 pixels
 * in a Full HD picture on; what cannot be found in a recording cannot be compared with one either.
 * @see https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
 */
export const smallestFacePx = 40;

/** Both sides of a picture must have this many pixels for Rekognition to take it. */
export const smallestImagePx = 80;

/** Another face counts from this part of the largest face's area on; smaller ones are people in the background. */
const backgroundShare = 0.25;

/**
 * Checks that a photo shows exactly one person well enough to recognise them by. Throws `no-face`, `several-faces` or
 * `face-too-small`. `faces` are fractions of the picture, as Rekognition gives them.
 */
export function checkFaces(faces: readonly BoundingBox[], image: ImageSize): void {
  const sizes = faces
    .map(({ Width = 0, Height = 0 }) => ({
      area: Width * Height,
      side: Math.min(Width * image.width, Height * image.height),
    }))
    .sort((a, b) => b.area - a.area);
  const [largest, ...others] = sizes;
  if (largest === undefined)
    throw new ApiProblem(
      "no-face",
      "Send a photo in which the person's face can be seen, from the front and in good light.",
    );
  const seen = 1 + others.filter(({ area }) => area >= backgroundShare * largest.area).length;
  if (seen > 1)
    throw new ApiProblem(
      "several-faces",
      `The photo shows ${seen} faces. Crop it so that only this person's face remains.`,
    );
  if (largest.side < smallestFacePx) {
    throw new ApiProblem(
      "face-too-small",
      `The face is ${Math.round(largest.side)} pixels at its smaller side; send a photo in which it is at ` +
        `least ${smallestFacePx}.`,
    );
  }
}

import type { FaceDetail } from "@aws-sdk/client-rekognition";
import { sharedArea } from "../../domain/box.ts";
import type { Box } from "../../domain/model.ts";
import { ApiProblem } from "../problems.ts";
import type { ImageSize } from "./image-header.ts";

/**
 * The smallest face that a reference photo may show: its shorter side in pixels. Rekognition finds faces of at least 40
 * pixels in a Full HD picture.
 * @see https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
 */
export const smallestFacePx = 40;

/** Rekognition accepts pictures whose sides both have at least this many pixels. */
export const smallestImagePx = 80;

/** Faces smaller than this share of the largest face's area are people in the background. */
const backgroundShare = 0.25;

/** A face turned further to the side than this can't be recognised, in degrees. */
const mostYaw = 60;

/**
 * The person's face in the photo: the one at `wanted`, or the only one that isn't in the background. Throws
 * `no-face`, `several-faces` (with their places), `face-too-small` or `poor-photo`. `faces` are fractions of the
 * upright picture, as Rekognition returns them.
 */
export function chooseFace(faces: readonly FaceDetail[], image: ImageSize, wanted?: Box): Box {
  const found = faces
    .map(({ BoundingBox: { Left = 0, Top = 0, Width = 0, Height = 0 } = {}, Pose }) => ({
      box: { left: Left, top: Top, width: Width, height: Height },
      side: Math.min(Width * image.width, Height * image.height),
      yaw: Math.abs(Pose?.Yaw ?? 0),
    }))
    .sort((a, b) => areaOf(b.box) - areaOf(a.box));
  const [largest] = found;
  if (largest === undefined)
    throw new ApiProblem(
      "no-face",
      "Send a photo in which the person's face can be seen, from the front and in good light.",
    );
  const chosen = wanted === undefined ? onlyOne(found) : at(found, wanted);
  if (chosen.side < smallestFacePx)
    throw new ApiProblem(
      "face-too-small",
      `The face is ${Math.round(chosen.side)} pixels on its shorter side; send a photo in which it is at ` +
        `least ${smallestFacePx}.`,
    );
  if (chosen.yaw > mostYaw)
    throw new ApiProblem(
      "poor-photo",
      "The face is turned too far to the side to recognise someone by. Send a photo from the front.",
    );
  return chosen.box;
}

function onlyOne<Found extends { box: Box }>(found: readonly Found[]): Found {
  const [largest] = found;
  const counting = found.filter(({ box }) => areaOf(box) >= backgroundShare * areaOf(largest!.box));
  if (counting.length > 1)
    throw new ApiProblem(
      "several-faces",
      `The photo shows ${counting.length} faces. Choose one with \`box\`, or crop the photo to this person's face.`,
      { faces: counting.map(({ box }) => box) },
    );
  return largest!;
}

/** The face that overlaps most with the wanted place. */
function at<Found extends { box: Box }>(found: readonly Found[], wanted: Box): Found {
  const [best] = found
    .map((face) => ({ face, shared: sharedArea(face.box, wanted) }))
    .sort((a, b) => b.shared / areaOf(b.face.box) - a.shared / areaOf(a.face.box));
  if (best === undefined || best.shared <= 0)
    throw new ApiProblem("no-face", "There is no face at `box`. Choose one of the places in `faces`.", {
      faces: found.map(({ box }) => box),
    });
  return best.face;
}

function areaOf({ width, height }: Box): number {
  return width * height;
}

import type { Box, Clip } from "../api/types.ts";

/** A picture and where the face is in it. */
export interface FacePicture {
  poster: string;
  box: Box;
}

/** The best view of the person in a clip; null when the clip doesn't say where they are. */
export function faceOf(clip: Clip): FacePicture | null {
  let best: Clip["appearances"][number] | undefined;
  for (const appearance of clip.appearances)
    if (best === undefined || appearance.similarity > best.similarity) best = appearance;
  return best === undefined ? null : { poster: clip.poster, box: best.box };
}

/** A point as fractions of an element's width and height. */
export interface Point {
  x: number;
  y: number;
}

/**
 * Where the middle of a box lands when its picture covers an element (object-fit: cover) of another shape.
 *
 * @param picture the picture's width divided by its height; `element` likewise.
 */
export function coveredCentre(box: Box, picture: number, element: number): Point {
  const x = box.left + box.width / 2;
  const y = box.top + box.height / 2;
  const inside = (value: number) => Math.min(1, Math.max(0, value));
  if (picture >= element) return { x: inside(0.5 + (x - 0.5) * (picture / element)), y };
  return { x, y: inside(0.5 + (y - 0.5) * (element / picture)) };
}

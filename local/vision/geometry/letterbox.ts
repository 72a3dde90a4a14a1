/**
 * How a picture, scaled in proportion, lies in the upper left of a canvas; the rest of the canvas is black.
 */
export interface Letterbox {
  canvasWidth: number;
  canvasHeight: number;
  /** Size of the picture on the canvas. */
  width: number;
  height: number;
}

export function letterbox(
  pictureWidth: number,
  pictureHeight: number,
  canvasWidth: number,
  canvasHeight: number,
): Letterbox {
  const scale = Math.min(canvasWidth / pictureWidth, canvasHeight / pictureHeight);
  const fit = (size: number, limit: number): number => Math.min(limit, Math.max(1, Math.round(size * scale)));
  return { canvasWidth, canvasHeight, width: fit(pictureWidth, canvasWidth), height: fit(pictureHeight, canvasHeight) };
}
